using System.Net;
using ClinicalNlp.Annotation.Terminologies;
using ClinicalNlp.Concepts;

namespace ClinicalNlp.Server.Tests.Concepts;

public sealed class ConceptEndpointTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_service_without_terminologies_answers_with_none()
    {
        var answer = await _server.Client.GetJsonAsync("/v1/concepts?query=aspirin");
        Assert.Empty(answer["items"]!.AsArray());
        Assert.Empty(answer["terminologies"]!.AsArray());
    }

    [Fact]
    public async Task What_is_imported_beside_the_running_service_is_found()
    {
        Import();
        var answer = await _server.Client.GetJsonAsync("/v1/concepts?query=asprin&label=MEDICATION&limit=5");
        var first = answer["items"]![0]!;
        Assert.Equal("Own-1 drugs:D1", (string)first["concept"]!);
        Assert.Equal("typo", (string)first["match"]!);
        Assert.Equal("Aspirin", (string)first["matched"]!);
        var terminology = answer["terminologies"]![0]!;
        Assert.Equal(("own", "drug", 2), ((string)terminology["licence"]!, (string)terminology["kind"]!, (int)terminology["concepts"]!));

        var whole = await _server.Client.GetJsonAsync("/v1/concepts/Own-1%20drugs/D1");
        Assert.Equal(["Aspirin"], whole["synonyms"]!.AsArray().Select(name => (string)name!));
        var resolved = await _server.Client.GetJsonAsync("/v1/concepts?concept=D2&concept=Own-1%20drugs:D1");
        Assert.Equal(["Metformin", "Acetylsalicylic acid"], resolved["items"]!.AsArray().Select(item => (string)item!["name"]!));
    }

    [Theory]
    [InlineData("/v1/concepts", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("/v1/concepts?query=", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("/v1/concepts?query=a&concept=b", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("/v1/concepts?query=a&limit=51", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("/v1/concepts?query=a&limit=x", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("/v1/concepts/None/D1", HttpStatusCode.NotFound, "not_found")]
    public async Task What_cannot_be_answered_is_refused_by_a_code(string path, HttpStatusCode status, string code)
    {
        var (answered, body) = await _server.Client.SendAsync(HttpMethod.Get, path);
        Assert.Equal((status, code), (answered, body.Code()));
    }

    [Fact]
    public async Task A_query_is_in_no_log_line_audit_record_or_error()
    {
        const string Canary = "zwitscherling";
        Import();
        await _server.Client.GetJsonAsync($"/v1/concepts?query={Canary}");
        var (_, refused) = await _server.Client.SendAsync(HttpMethod.Get, $"/v1/concepts?query={new string('x', 200)}{Canary}");
        var (_, missing) = await _server.Client.SendAsync(HttpMethod.Get, $"/v1/concepts/x/{Canary}");
        var audit = await _server.Client.GetJsonAsync("/v1/audit");
        Assert.DoesNotContain(Canary, refused.ToJsonString() + missing.ToJsonString() + audit.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Log.Lines, line => line.Contains(Canary, StringComparison.Ordinal));
    }

    private void Import()
    {
        string file = Path.Combine(_server.DataDirectory, "import.jsonl");
        File.WriteAllText(
            file,
            """
            {"id":"D1","name":"Acetylsalicylic acid","synonyms":["Aspirin"]}
            {"id":"D2","name":"Metformin"}
            """
        );
        new TerminologyStore(_server.DataDirectory, TimeProvider.System).Import(
            new NewTerminology("Own-1 drugs", "1", "own", TerminologyKind.Drug),
            [file]
        );
    }
}
