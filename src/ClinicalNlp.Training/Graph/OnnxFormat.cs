using System.Buffers.Binary;
using System.Text;

namespace ClinicalNlp.Training.Graph;

/// <summary>Tensor element types, by their number in onnx.proto (TensorProto.DataType).</summary>
public enum ElementType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Float16 = 10,
}

/// <summary>The few protobuf wire rules that an ONNX file needs: varints, fixed 32-bit values and length-delimited fields.</summary>
internal sealed class ProtobufMessage
{
    private readonly MemoryStream bytes = new();

    public void Varint(int field, long value)
    {
        Raw((ulong)field << 3);
        Raw((ulong)value);
    }

    public void Float(int field, float value)
    {
        Raw(((ulong)field << 3) | 5);
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        bytes.Write(four);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Raw(((ulong)field << 3) | 2);
        Raw((ulong)value.Length);
        bytes.Write(value);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Message(int field, ProtobufMessage value) => Bytes(field, value.bytes.GetBuffer().AsSpan(0, (int)value.bytes.Length));

    public byte[] ToArray() => bytes.ToArray();

    private void Raw(ulong value)
    {
        while (value >= 0x80)
        {
            bytes.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }
        bytes.WriteByte((byte)value);
    }
}

/// <summary>Reads fields of a protobuf message one after another, without copying.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public int Field { get; private set; }

    /// <summary>The value of a varint field.</summary>
    public long Number { get; private set; }

    /// <summary>The content of a length-delimited field.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    public bool Next()
    {
        if (rest.IsEmpty)
            return false;
        ulong key = Varint();
        Field = (int)(key >> 3);
        Content = default;
        switch (key & 7)
        {
            case 0:
                Number = (long)Varint();
                break;
            case 1:
                rest = rest[8..];
                break;
            case 2:
                int length = checked((int)Varint());
                Content = rest[..length];
                rest = rest[length..];
                break;
            case 5:
                rest = rest[4..];
                break;
            default:
                throw new InvalidDataException("not an ONNX file");
        }
        return true;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = rest[0];
            rest = rest[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
