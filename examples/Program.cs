// In a project of its own with a reference to src/ClinicalNlp.Client.
using ClinicalNlp.Client;

Uri service = new(args.Length > 0 ? args[0] : "http://127.0.0.1:5080");
using ClinicalNlpClient client = new(service, Environment.GetEnvironmentVariable("CLINICALNLP_KEY"));

const string Note = "Started metformin 500 mg PO BID for T2DM 😀, denies chest pain.";
Extraction found = await client.ExtractAsync(Note);
foreach (Entity entity in found.Mentions)
    Console.WriteLine($"{entity.Label} {Note[entity.Start..entity.End]} {entity.Confidence:P0}");

Project project = await client.CreateProjectAsync($"example {Guid.NewGuid()}", [new("PROBLEM"), new("MEDICATION")]);
AddedDocument added = (await client.AddDocumentsAsync(project.Id, [new(Note, ExternalId: "n1")]))[0];
Document document = await client.SuggestAsync(added.Id);
Change[] changes = [.. document.Mentions.Select(m => m.Confidence > 0.5 ? Change.Accept(m.Id) : Change.Reject(m.Id))];
if (changes.Length > 0)
    document = (await client.CorrectAsync(document.Id, document.Revision, changes)).Document;
Console.WriteLine((await client.CompleteAsync(document.Id, document.Revision)).Document.Status);
