using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Access;

public class TrustedHeaderTests
{
    private const string Header = "X-Signed-In-As";

    [Fact]
    public async Task The_proxy_says_who_is_there()
    {
        await using var server = await Start("127.0.0.1", create: false);
        var accounts = server.App.Services.GetRequiredService<AccountStore>();
        accounts.Invite("ana", false, [], TimeSpan.FromDays(1), "test");

        Assert.Equal((HttpStatusCode.OK, "ana"), await Me(server, "ana"));
        Assert.Equal((HttpStatusCode.OK, "ana"), await Me(server, "ANA")); // directories know no case
        Assert.Equal((HttpStatusCode.Unauthorized, ""), await Me(server, "stranger"));
        Assert.Equal((HttpStatusCode.Unauthorized, ""), await Me(server, "owner")); // a directory's own person of this name is not ours
        Assert.Equal((HttpStatusCode.Unauthorized, ""), await Me(server, "ana", "ben")); // one of them a client's
        Assert.Equal((HttpStatusCode.Unauthorized, ""), await Me(server)); // not open: the proxy itself is on this machine

        var id = accounts.List().Single(a => a.Name == "ana").Id;
        accounts.Invite("ben", true, [], TimeSpan.FromDays(1), "test");
        accounts.Change(id, administrator: false, disabled: true, "test");
        Assert.Equal((HttpStatusCode.Unauthorized, ""), await Me(server, "ana"));
    }

    [Fact]
    public async Task Who_may_not_come_in_is_told_by_what_name_the_proxy_knows_them()
    {
        await using var server = await Start("127.0.0.1", create: false);
        server.App.Services.GetRequiredService<AccountStore>().Invite("ana", false, [], TimeSpan.FromDays(1), "test");

        Assert.Equal((true, "stranger"), await Ways(server, "stranger"));
        Assert.Equal((true, null), await Ways(server, "ana"));
        Assert.Equal((true, null), await Ways(server));
        await using var elsewhere = await Start("192.0.2.1", create: false);
        Assert.Equal((true, null), await Ways(elsewhere, "stranger")); // not the proxy's word
    }

    [Fact]
    public async Task Strangers_are_made_without_a_role_when_the_service_is_told_to()
    {
        await using var server = await Start("127.0.0.1", create: true);
        Assert.Equal((HttpStatusCode.OK, "stranger@example.org"), await Me(server, "stranger@example.org"));
        var made = Assert.Single(server.App.Services.GetRequiredService<AccountStore>().List());
        Assert.Equal((false, 0), (made.Administrator, made.Roles.Count));
        Assert.Equal((HttpStatusCode.Unauthorized, ""), await Me(server, "system"));
    }

    [Fact]
    public async Task From_elsewhere_the_header_is_nothing()
    {
        await using var server = await Start("192.0.2.1", create: true);
        Assert.Equal((HttpStatusCode.Unauthorized, ""), await Me(server, "ana"));
        Assert.Empty(server.App.Services.GetRequiredService<AccountStore>().List());
    }

    [Theory]
    [InlineData("--trusted-header", "X-User")]
    [InlineData("--trusted-proxy", "proxy.example")]
    [InlineData("--trusted-header", "X-User", "--trusted-proxy", "proxy.example")]
    [InlineData("--trusted-header", "X User", "--trusted-proxy", "127.0.0.1")]
    [InlineData("--unknown-people", "welcome")]
    public void Options_that_make_no_sense_are_refused(params string[] arguments) =>
        Assert.Equal("bad_option", Assert.Throws<UnusableInputException>(() => ServerOptions.Parse(arguments, null, "/")).Code);

    private static Task<RunningServer> Start(string proxy, bool create)
    {
        var given = ServerOptions.Parse(
            [
                "--trusted-header",
                Header,
                "--trusted-proxy",
                $"{proxy}, ::ffff:198.51.100.1",
                "--unknown-people",
                create ? "create" : "refuse",
            ],
            null,
            "/"
        );
        return RunningServer.StartAsync(change: o =>
            o with
            {
                TrustedHeader = given.TrustedHeader,
                CreateUnknownPeople = given.CreateUnknownPeople,
            }
        );
    }

    private static async Task<(HttpStatusCode Status, string Name)> Me(RunningServer server, params string[] names)
    {
        var (status, body) = await Get(server, "/v1/me", names);
        return (status, status == HttpStatusCode.OK ? (string)body["name"]! : "");
    }

    private static async Task<(bool ByProxy, string? UnknownName)> Ways(RunningServer server, params string[] names)
    {
        var (_, body) = await Get(server, "/v1/sign-in", names);
        return ((bool)body["byProxy"]!, (string?)body["unknownName"]);
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> Get(RunningServer server, string path, string[] names)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var name in names)
        {
            // Each a header line of its own: a client adds one to the proxy's.
            request.Headers.TryAddWithoutValidation(Header, name);
        }

        using var response = await server.Client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}
