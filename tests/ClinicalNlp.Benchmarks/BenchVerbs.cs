namespace ClinicalNlp.Benchmarks;

/// <summary>What <c>./bench.sh</c> can be asked for.</summary>
internal static class BenchVerbs
{
    private const int Done = 0;
    private const int Failed = 1;

    private static readonly string[] Parts = ["models", "entities", "intents", "speed", "peers"];

    public static bool Knows(string verb) =>
        verb is "all" or "report" or "splits" or LoadVerb.Part or SchemaVerb.Part or LabelErrorsVerb.Part || Parts.Contains(verb);

    public static int Run(string verb, IReadOnlyList<string> arguments, TextWriter output, TimeProvider time)
    {
        BenchOptions options = BenchOptions.Parse(arguments);
        return Run(verb, options, output, time);
    }

    internal static int Run(string verb, BenchOptions options, TextWriter output, TimeProvider time)
    {
        if (options.Corpora is null && !options.Quick && verb != "report")
            output.WriteLine(
                "The public corpora are not on this machine (../shared/corpora, or CLINICALNLP_SHARED): what needs them is left out."
            );
        switch (verb)
        {
            case "splits":
                IntentSplits.Run(options, output);
                return Done;
            case LabelErrorsVerb.Part:
                LabelErrorsVerb.Run(options, output);
                return Done;
            case "report":
                ReportVerb.Run(options, output);
                return Done;
            default:
                string[] parts = verb == "all" ? Parts : [verb];
                int failed = new BenchRun(options, output, time).Run([.. parts.SelectMany(part => Units(part, options, output))]);
                if (parts.Contains("models"))
                    failed += ModelsVerb.Differences(options, output);
                if (verb == "all")
                    ReportVerb.Run(options, output);
                return failed == 0 ? Done : Failed;
        }
    }

    private static IEnumerable<BenchUnit> Units(string part, BenchOptions options, TextWriter output) =>
        part switch
        {
            "models" => ModelsVerb.Units(options),
            "entities" => EntitiesVerb.Units(options),
            "intents" => IntentsVerb.Units(options),
            "speed" => SpeedVerb.Units(options),
            LoadVerb.Part => LoadVerb.Units(options),
            SchemaVerb.Part => SchemaVerb.Units(options),
            _ => PeersVerb.Units(options, output),
        };
}
