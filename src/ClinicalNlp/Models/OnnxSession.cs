using Microsoft.ML.OnnxRuntime;

namespace ClinicalNlp.Models;

/// <summary>A model in ONNX Runtime: numbers in, numbers out. It knows nothing of text, labels or bundles.</summary>
/// <remarks>Thread-safe: ONNX Runtime allows any number of concurrent runs on one session.</remarks>
public sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();

    private OnnxSession(InferenceSession session) => this.session = session;

    public static OnnxSession Load(string path, int threads = 1)
    {
        using SessionOptions options = Options(threads);
        return new OnnxSession(new InferenceSession(path, options));
    }

    public static OnnxSession Load(byte[] model, int threads = 1)
    {
        using SessionOptions options = Options(threads);
        return new OnnxSession(new InferenceSession(model, options));
    }

    public IEnumerable<string> Inputs => session.InputMetadata.Keys;

    public IEnumerable<string> Outputs => session.OutputMetadata.Keys;

    /// <summary>Runs the graph; the caller disposes the results. A cancelled run ends at the next node.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        IReadOnlyCollection<string> inputNames,
        IReadOnlyCollection<OrtValue> inputs,
        IReadOnlyCollection<string> outputNames
    ) => session.Run(runOptions, inputNames, inputs, outputNames);

    /// <summary>A tensor over managed memory, which stays pinned until the value is disposed: nothing is copied.</summary>
    public static OrtValue Tensor<T>(Memory<T> data, params long[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, data, shape);

    private static SessionOptions Options(int threads)
    {
        SessionOptions options = new()
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Spinning pool threads take the cores from the other worker and from the rest of the service: off, an epoch took half the time.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        // Not session.set_denormal_as_zero: it stays set on the calling thread, and there TensorPrimitives.IndexOfMax then answers 0.
        return options;
    }

    public void Dispose()
    {
        runOptions.Dispose();
        session.Dispose();
    }
}
