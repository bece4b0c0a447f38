using BenchmarkDotNet.Running;
using ClinicalNlp;
using ClinicalNlp.Benchmarks;

// The verbs of ./bench.sh, or BenchmarkDotNet: `dotnet run -c Release --project tests/ClinicalNlp.Benchmarks -- --filter '*Tokenize*'`.
if (args is [var verb, ..] && BenchVerbs.Knows(verb))
{
    try
    {
        return BenchVerbs.Run(verb, args[1..], Console.Out, TimeProvider.System);
    }
    catch (UnusableInputException exception)
    {
        Console.Error.WriteLine($"bench: {exception.Code}: {exception.Message}");
        return 2;
    }
}

BenchmarkSwitcher.FromAssembly(typeof(BenchVerbs).Assembly).Run(args);
return 0;
