using System.Net;
using ClinicalNlp.Client;
using ClinicalNlp.Server.Tests.Extraction;

namespace ClinicalNlp.Server.Tests.Client;

public class ClinicalNlpClientTests(ServerWithModels server) : IClassFixture<ServerWithModels>
{
    private const string Text = "😀 e\u0301 \uFFFC\r\nTakes metformin for gout.";
    private static readonly RetrySettings AtOnce = new(4, TimeSpan.Zero, TimeSpan.Zero);

    [Fact]
    public async Task Offsets_slice_the_string_that_was_sent()
    {
        using var client = new ClinicalNlpClient(server.Client.BaseAddress!);
        var found = await client.ExtractAsync(Text);
        var mention = Assert.Single(found.Mentions);
        Assert.Equal(("metformin", "metformin", "MEDICATION"), (Text[mention.Start..mention.End], mention.Text, mention.Label));
        var many = await client.ExtractAsync([new("a", Text), new("b", "Nothing.")]);
        Assert.Equal(["a", "b"], many.Documents.Select(document => document.Id));
        Assert.Equal("refill_prescription", (await client.ClassifyAsync("i need a refill", [new("bot", "Hello.")])).Intent);
    }

    [Fact]
    public async Task A_correction_whose_answer_was_lost_is_saved_once()
    {
        using var losing = new LosingHandler { InnerHandler = new SocketsHttpHandler() };
        using var client = new ClinicalNlpClient(server.Client.BaseAddress!, retries: AtOnce, handler: losing);
        var document = await DocumentAsync(client, Text);
        int start = Text.IndexOf("gout", StringComparison.Ordinal);

        losing.AnswersToLose = 2;
        var saved = await client.CorrectAsync(document.Id, document.Revision, [Change.Add(start, start + 4, "PROBLEM", "gout")]);

        Assert.Equal((3, document.Revision + 1), (losing.Sent, saved.Revision));
        var stored = await client.GetDocumentAsync(document.Id);
        var mention = Assert.Single(stored.Mentions);
        Assert.Equal((document.Revision + 1, "gout"), (stored.Revision, stored.Text[mention.Start..mention.End]));

        var stale = await Assert.ThrowsAsync<ServiceException>(() =>
            client.CorrectAsync(document.Id, document.Revision, [Change.Reject(mention.Id)])
        );
        Assert.True(stale.IsStale);
        Assert.Equal(stored.Revision, (int)stale.Problem!["currentRevision"]!);
        Assert.Equal("done", (await client.CompleteAsync(document.Id, stored.Revision)).Document.Status);
    }

    [Fact]
    public async Task What_would_be_carried_out_twice_is_not_sent_again()
    {
        using var losing = new LosingHandler { InnerHandler = new SocketsHttpHandler() };
        using var client = new ClinicalNlpClient(server.Client.BaseAddress!, retries: AtOnce, handler: losing);
        losing.AnswersToLose = 1;
        await Assert.ThrowsAsync<HttpRequestException>(() => client.CreateProjectAsync($"client {Guid.NewGuid()}"));
        Assert.Equal(1, losing.Sent);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, 4)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 4)]
    [InlineData(HttpStatusCode.NotFound, 1)]
    public async Task Only_what_may_pass_is_tried_again(HttpStatusCode status, int attempts)
    {
        using var answering = new AnsweringHandler(status);
        using var client = new ClinicalNlpClient(server.Client.BaseAddress!, retries: AtOnce, handler: answering);
        var problem = await Assert.ThrowsAsync<ServiceException>(() => client.ExtractAsync("gout"));
        Assert.Equal((status, "http_error", attempts), (problem.Status, problem.Code, answering.Asked));
    }

    [Fact]
    public async Task A_list_is_read_to_its_end()
    {
        using var client = new ClinicalNlpClient(server.Client.BaseAddress!);
        var made = new List<string>();
        for (int i = 0; i < 3; i++)
            made.Add((await client.CreateProjectAsync($"listed {Guid.NewGuid()}", [new("PROBLEM")])).Id);
        var listed = new List<string>();
        await foreach (var project in client.ListProjectsAsync())
            listed.Add(project.Id);
        Assert.Empty(made.Except(listed));
    }

    private static async Task<Document> DocumentAsync(ClinicalNlpClient client, string text)
    {
        var project = await client.CreateProjectAsync($"client {Guid.NewGuid()}", [new("PROBLEM"), new("MEDICATION")]);
        var added = await client.AddDocumentsAsync(project.Id, [new NewDocument(text, ExternalId: "n1")]);
        return await client.GetDocumentAsync(Assert.Single(added).Id);
    }

    /// <summary>The request arrives; its answer does not.</summary>
    private sealed class LosingHandler : DelegatingHandler
    {
        private int sent;

        public int AnswersToLose { get; set; }

        /// <summary>Since answers began to be lost.</summary>
        public int Sent => sent;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (AnswersToLose == 0 && sent == 0)
                return answer;
            sent++;
            if (AnswersToLose == 0)
                return answer;
            AnswersToLose--;
            answer.Dispose();
            throw new HttpRequestException("the line broke");
        }
    }

    private sealed class AnsweringHandler(HttpStatusCode status) : HttpMessageHandler
    {
        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent("<html>busy</html>") });
        }
    }
}
