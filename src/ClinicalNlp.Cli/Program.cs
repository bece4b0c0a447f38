using ClinicalNlp.Cli;

return await CommandLine.RunAsync(args, CommandConsole.OfProcess());
