using BenchmarkDotNet.Running;
using ClinicalNlp.Benchmarks;

// `dotnet run -c Release --project tests/ClinicalNlp.Benchmarks -- throughput [THREADS]` prints tokens a second and latencies of the
// shipped models in a few seconds; without it BenchmarkDotNet runs what --filter names.
if (args is ["throughput", .. var rest])
{
    Throughput.Run(Console.Out, rest is [var threads] ? int.Parse(threads) : Environment.ProcessorCount);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Throughput).Assembly).Run(args);
