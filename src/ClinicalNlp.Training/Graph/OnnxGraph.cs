using System.Runtime.InteropServices;

namespace ClinicalNlp.Training.Graph;

/// <summary>An ONNX graph under construction, written as a ModelProto (IR 9, opset 20): onnx.proto field numbers, no protoc.</summary>
/// <param name="prefix">Starts every generated name, so that two graphs that exchange tensors never mean two things by one name.</param>
public sealed class OnnxGraph(string name, string prefix = "")
{
    private const int IrVersion = 9;
    private const int Opset = 20;

    private readonly ProtobufMessage graph = new();
    private readonly HashSet<string> names = [];
    private readonly Dictionary<string, string> integerConstants = [];
    private bool usesMicrosoftDomain;
    private int counter;

    /// <param name="shape">A null dimension is free.</param>
    public string Input(string input, ElementType type, params long?[] shape)
    {
        names.Add(input);
        graph.Message(11, ValueInfo(input, type, shape));
        return input;
    }

    public void Output(string output, ElementType type, params long?[] shape) => graph.Message(12, ValueInfo(output, type, shape));

    public bool Has(string value) => names.Contains(value);

    public string Initializer(string initializer, ReadOnlySpan<float> values, params long[] shape) =>
        Initializer(initializer, ElementType.Float, MemoryMarshal.AsBytes(values), shape);

    public string Initializer(string initializer, ReadOnlySpan<Half> values, params long[] shape) =>
        Initializer(initializer, ElementType.Float16, MemoryMarshal.AsBytes(values), shape);

    public string Initializer(string initializer, ReadOnlySpan<sbyte> values, params long[] shape) =>
        Initializer(initializer, ElementType.Int8, MemoryMarshal.AsBytes(values), shape);

    public string Initializer(string initializer, ReadOnlySpan<byte> values, params long[] shape) =>
        Initializer(initializer, ElementType.UInt8, values, shape);

    /// <summary>A one-dimensional int64 constant, for pads, axes, splits and shapes; equal ones are written once.</summary>
    public string Integers(params long[] values)
    {
        string key = string.Join('_', values);
        if (!integerConstants.TryGetValue(key, out string? constant))
        {
            constant = Initializer(Unique("integers"), ElementType.Int64, MemoryMarshal.AsBytes<long>(values), values.Length);
            integerConstants[key] = constant;
        }
        return constant;
    }

    public string Scalar(float value) => Initializer(Unique("scalar"), [value], []);

    public string Node(string op, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Nodes(op, 1, inputs, attributes)[0];

    /// <summary>A node with several outputs; returns their names.</summary>
    public string[] Nodes(string op, int outputs, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        string[] results = new string[outputs];
        for (int i = 0; i < outputs; i++)
            results[i] = Unique(op);
        Emit(op, "", inputs, results, attributes);
        return results;
    }

    /// <summary>A node whose result gets a name chosen by the caller, because a graph output carries it.</summary>
    public string NamedNode(
        string result,
        string op,
        ReadOnlySpan<string> inputs,
        params ReadOnlySpan<(string Name, object Value)> attributes
    )
    {
        names.Add(result);
        Emit(op, "", inputs, [result], attributes);
        return result;
    }

    /// <summary>An operator of ONNX Runtime itself (domain com.microsoft), such as FusedMatMul.</summary>
    public string MicrosoftNode(string op, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        usesMicrosoftDomain = true;
        string[] results = [Unique(op)];
        Emit(op, "com.microsoft", inputs, results, attributes);
        return results[0];
    }

    public byte[] ToModel()
    {
        ProtobufMessage body = new();
        ProtobufMessage model = new();
        model.Varint(1, IrVersion);
        model.Text(2, "clinicalnlp");
        graph.Text(2, name);
        model.Message(7, graph);
        body.Varint(2, Opset);
        model.Message(8, body);
        if (usesMicrosoftDomain)
        {
            ProtobufMessage domain = new();
            domain.Text(1, "com.microsoft");
            domain.Varint(2, 1);
            model.Message(8, domain);
        }
        return model.ToArray();
    }

    private string Initializer(string initializer, ElementType type, ReadOnlySpan<byte> raw, params ReadOnlySpan<long> shape)
    {
        names.Add(initializer);
        ProtobufMessage tensor = new();
        foreach (long dimension in shape)
            tensor.Varint(1, dimension);
        tensor.Varint(2, (long)type);
        tensor.Text(8, initializer);
        tensor.Bytes(9, raw);
        graph.Message(5, tensor);
        return initializer;
    }

    private void Emit(
        string op,
        string domain,
        ReadOnlySpan<string> inputs,
        ReadOnlySpan<string> outputs,
        ReadOnlySpan<(string Name, object Value)> attributes
    )
    {
        ProtobufMessage node = new();
        foreach (string input in inputs)
            node.Text(1, input);
        foreach (string output in outputs)
            node.Text(2, output);
        node.Text(4, op);
        foreach ((string attributeName, object value) in attributes)
            node.Message(5, Attribute(attributeName, value));
        if (domain.Length > 0)
            node.Text(7, domain);
        graph.Message(1, node);
    }

    private static ProtobufMessage Attribute(string name, object value)
    {
        ProtobufMessage attribute = new();
        attribute.Text(1, name);
        switch (value)
        {
            case float number:
                attribute.Float(2, number);
                attribute.Varint(20, 1);
                break;
            case int number:
                attribute.Varint(3, number);
                attribute.Varint(20, 2);
                break;
            case string text:
                attribute.Text(4, text);
                attribute.Varint(20, 3);
                break;
            case long[] numbers:
                foreach (long number in numbers)
                    attribute.Varint(8, number);
                attribute.Varint(20, 7);
                break;
            default:
                throw new ArgumentException($"attribute {name} has a type that is not written: {value.GetType().Name}", nameof(value));
        }
        return attribute;
    }

    private static ProtobufMessage ValueInfo(string name, ElementType type, long?[] shape)
    {
        ProtobufMessage shapeMessage = new();
        for (int i = 0; i < shape.Length; i++)
        {
            ProtobufMessage dimension = new();
            if (shape[i] is { } size)
                dimension.Varint(1, size);
            // Free dimensions carry no name: two inputs may differ in them.
            shapeMessage.Message(1, dimension);
        }
        ProtobufMessage tensor = new();
        tensor.Varint(1, (long)type);
        tensor.Message(2, shapeMessage);
        ProtobufMessage typeMessage = new();
        typeMessage.Message(1, tensor);
        ProtobufMessage info = new();
        info.Text(1, name);
        info.Message(2, typeMessage);
        return info;
    }

    private string Unique(string stem)
    {
        string unique;
        do unique = $"{prefix}{stem}.{counter++}";
        while (!names.Add(unique));
        return unique;
    }
}
