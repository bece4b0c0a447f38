using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Access;

public class DeclaredNeedsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private IEnumerable<RouteEndpoint> Api =>
        shared
            .Server.App.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal));

    [Fact]
    public void Every_endpoint_declares_what_it_needs() =>
        Assert.All(
            Api,
            e =>
                Assert.True(
                    e.Metadata.GetMetadata<IAllowAnonymous>() is not null ^ e.Metadata.GetMetadata<AccessNeed>() is not null,
                    $"{Name(e)} declares no need: .RequireRole(ProjectRole.X) or another of AccessNeeds."
                )
        );

    [Fact]
    public void Every_role_of_a_project_can_be_looked_up() =>
        Assert.All(
            Api.Where(e => e.Metadata.GetMetadata<AccessNeed>() is AccessNeed.OfRole { From: ProjectFrom.Route }),
            e =>
                Assert.True(
                    AccessGuard.RecordOf(e.RoutePattern) is not null,
                    $"{Name(e)} needs a role in a project and names none: add its address to MembershipStore.ProjectQueries, or say ProjectFrom.Query, Every or Any."
                )
        );

    [Fact]
    public void What_a_project_holds_needs_a_role_in_it()
    {
        // An address under a project, or under a record of one, is never open to everybody who is signed in.
        var ofProjects = Api.Where(e => AccessGuard.RecordOf(e.RoutePattern) is not null).ToList();
        Assert.True(ofProjects.Count > 15);
        Assert.All(
            ofProjects,
            e =>
                Assert.True(
                    e.Metadata.GetMetadata<AccessNeed>() is AccessNeed.OfRole { From: ProjectFrom.Route or ProjectFrom.Every },
                    Name(e)
                )
        );
    }

    [Fact]
    public void Outside_the_api_nothing_asks_and_nothing_tells() =>
        Assert.Equal(
            ["/docs/problems", "/health", "/openapi/{documentName}.json", "/sign-in"],
            shared
                .Server.App.Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Select(e => e.RoutePattern.RawText!)
                .Where(path => !path.StartsWith("/v1", StringComparison.Ordinal))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Anonymous_are_only_the_ways_in() =>
        Assert.Equal(
            ["GET /v1/sign-in", "POST /v1/accept-invitation", "POST /v1/sign-in"],
            Api.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(Name).Order(StringComparer.Ordinal)
        );

    private static string Name(RouteEndpoint endpoint) =>
        $"{endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods[0]} {endpoint.RoutePattern.RawText}";
}
