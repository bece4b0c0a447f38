using System.Reflection;
using System.Text.RegularExpressions;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Hosting;

namespace ClinicalNlp.Server.Tests.Architecture;

public partial class ArchitectureTests
{
    private static readonly string Sources = Path.Combine(ServerOptions.FindHome(AppContext.BaseDirectory, "."), "src");

    [Fact]
    public void Projects_point_one_way()
    {
        Dictionary<string, string[]> allowed = new(StringComparer.Ordinal)
        {
            ["ClinicalNlp"] = [],
            ["ClinicalNlp.Training"] = ["ClinicalNlp"],
            ["ClinicalNlp.Annotation"] = ["ClinicalNlp", "ClinicalNlp.Training"],
            ["ClinicalNlp.Server"] = ["ClinicalNlp", "ClinicalNlp.Training", "ClinicalNlp.Annotation"],
        };
        foreach (var (name, may) in allowed)
        {
            var used = Assembly
                .Load(name)
                .GetReferencedAssemblies()
                .Select(a => a.Name!)
                .Where(a => a.StartsWith("ClinicalNlp", StringComparison.Ordinal));
            Assert.Empty(used.Except(may));
        }
    }

    [Fact]
    public void The_store_knows_no_web() =>
        Assert.DoesNotContain(
            typeof(AnnotationDatabase).Assembly.GetReferencedAssemblies(),
            a => a.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
        );

    [Fact]
    public void Training_knows_no_database() =>
        Assert.DoesNotContain(
            Assembly.Load("ClinicalNlp.Training").GetReferencedAssemblies(),
            a => a.Name is "Microsoft.Data.Sqlite" or "Dapper" or "System.Data.Common"
        );

    [Theory]
    [InlineData("ClinicalNlp")]
    [InlineData("ClinicalNlp.Training")]
    [InlineData("ClinicalNlp.Server")]
    [InlineData("ClinicalNlp.Cli")]
    public void All_sql_lives_in_annotation(string project)
    {
        foreach (var file in CodeOf(project))
        {
            var text = File.ReadAllText(file);
            Assert.False(Sql().IsMatch(text), $"{file} holds SQL");
            Assert.False(
                text.Contains("Microsoft.Data.Sqlite", StringComparison.Ordinal) || text.Contains("using Dapper", StringComparison.Ordinal),
                $"{file} uses the database itself"
            );
        }
    }

    [Fact]
    public void Sql_is_written_in_stores_and_what_they_store_with() =>
        Assert.All(
            CodeOf("ClinicalNlp.Annotation").Where(f => Sql().IsMatch(File.ReadAllText(f))),
            f => Assert.Matches("(Store|Stored[A-Z][A-Za-z]*|AnnotationDatabase|SchemaMigrations|WriteTransaction|SilverNotes)\\.cs$", f)
        );

    [Fact]
    public void Nothing_is_called_a_helper() => Assert.DoesNotContain(CodeOf("*"), f => Unhelpful().IsMatch(f));

    [Fact]
    public void The_programme_fits_on_a_page() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(Sources, "ClinicalNlp.Server", "Program.cs")).Length, 1, 79);

    private static IEnumerable<string> CodeOf(string project) =>
        Directory
            .EnumerateDirectories(Sources, project)
            .Where(d => project != "*" || Path.GetFileName(d).StartsWith("ClinicalNlp", StringComparison.Ordinal))
            .SelectMany(d => Directory.EnumerateFiles(d, "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex(
        "\\b(SELECT\\s.+\\sFROM|INSERT\\s+(OR\\s+\\w+\\s+)?INTO|UPDATE\\s+\\w+\\s+SET|DELETE\\s+FROM|CREATE\\s+TABLE|PRAGMA\\s)\\b",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Sql();

    [GeneratedRegex("(Utils?|Helpers?|Managers?|Services?|Common)(\\.cs$|/)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unhelpful();
}
