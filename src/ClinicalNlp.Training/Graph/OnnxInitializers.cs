using System.Runtime.InteropServices;
using System.Text;

namespace ClinicalNlp.Training.Graph;

/// <summary>A weight read back from a model file.</summary>
public sealed record OnnxTensor(string Name, ElementType Type, IReadOnlyList<int> Shape, byte[] Raw)
{
    /// <summary>The values as 32-bit floats; int8 values are returned unscaled.</summary>
    public float[] ToFloats() =>
        Type switch
        {
            ElementType.Float => MemoryMarshal.Cast<byte, float>(Raw).ToArray(),
            ElementType.Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(Raw).ToArray(), half => (float)half),
            ElementType.Int8 => Array.ConvertAll(MemoryMarshal.Cast<byte, sbyte>(Raw).ToArray(), value => (float)value),
            _ => throw new InvalidDataException($"initializer {Name} is {Type}, not a weight"),
        };
}

/// <summary>The weights of an ONNX file by name: what fine-tuning needs of a model, and nothing else of the format.</summary>
public static class OnnxInitializers
{
    /// <exception cref="InvalidDataException">The bytes are no ONNX model.</exception>
    public static IReadOnlyDictionary<string, OnnxTensor> Read(byte[] model)
    {
        Dictionary<string, OnnxTensor> tensors = [];
        try
        {
            ProtobufReader modelReader = new(model);
            while (modelReader.Next())
            {
                if (modelReader.Field != 7)
                    continue;
                ProtobufReader graph = new(modelReader.Content);
                while (graph.Next())
                {
                    if (graph.Field != 5)
                        continue;
                    OnnxTensor tensor = Tensor(graph.Content);
                    tensors[tensor.Name] = tensor;
                }
            }
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("not an ONNX file", e);
        }
        return tensors;
    }

    private static OnnxTensor Tensor(ReadOnlySpan<byte> message)
    {
        string name = "";
        ElementType type = ElementType.Float;
        List<int> shape = [];
        byte[] raw = [];
        ProtobufReader tensor = new(message);
        while (tensor.Next())
        {
            switch (tensor.Field)
            {
                case 1:
                    shape.Add(checked((int)tensor.Number));
                    break;
                case 2:
                    type = (ElementType)tensor.Number;
                    break;
                case 8:
                    name = Encoding.UTF8.GetString(tensor.Content);
                    break;
                case 9:
                    raw = tensor.Content.ToArray();
                    break;
            }
        }
        return new OnnxTensor(name, type, shape, raw);
    }
}
