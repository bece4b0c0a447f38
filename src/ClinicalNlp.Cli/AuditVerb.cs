using System.CommandLine;
using ClinicalNlp.Annotation.Audit;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Cli;

/// <summary><c>clinicalnlp audit verify --data DIR</c></summary>
internal static class AuditVerb
{
    public static Command Command(CommandConsole console)
    {
        var data = new Option<string>("--data") { Description = "The data folder of the service, which may be running.", Required = true };
        var head = new Option<string?>("--head") { Description = "A hash that verify printed before: it must still be in the log." };
        var verify = new Command(
            "verify",
            "Recomputes the hash chain of the audit log; exit code 2 when a record was changed, cut out or added."
        )
        {
            data,
            head,
        };
        verify.Runs(
            (parsed, _) =>
            {
                var file = Path.Combine(parsed.GetRequiredValue(data), "clinicalnlp.db");
                if (!File.Exists(file))
                {
                    throw new UnusableInputException("not_found", $"{file} is not there: --data names the data folder of a service.");
                }

                using var database = AnnotationDatabase.Open(file, TimeProvider.System, readOnly: true);
                var log = new AuditStore(database);
                var result = log.Verify();
                if (result.FirstBroken is { } broken)
                {
                    throw new UnusableInputException(
                        "audit_broken",
                        $"the audit log is broken at record {broken}: {result.Reason}; {result.Records} records before it are whole."
                    );
                }

                if (parsed.GetValue(head) is { } noted && !log.Holds(noted))
                {
                    throw new UnusableInputException(
                        "audit_broken",
                        "the audit log fits together, and yet is not the one that the noted hash is of."
                    );
                }

                console.Error.WriteLine(
                    $"{result.Records} records, whole. Noted elsewhere, this hash shows a log that was replaced: {result.Head}"
                );
            }
        );
        return new Command("audit", "The audit log of a service.") { verify };
    }
}
