using System.Net;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ClinicalNlp.Server.Access;

/// <summary>Single sign-on by OpenID Connect: authorization code with PKCE.</summary>
/// <param name="NameClaim">Of the ID token, what accounts are named by; it must be one that people cannot change themselves.</param>
/// <param name="Title">What the button says.</param>
/// <param name="PublicUrl">Where browsers reach this service, when that is not where it listens.</param>
public sealed record OpenIdProvider(Uri Authority, string ClientId, string NameClaim, string Title, Uri? PublicUrl)
{
    public const string Path = "/sign-in/openid";
    public const string CallbackPath = "/sign-in/openid/callback";

    /// <summary>Holds the client's secret, for providers that gave one; an option would be seen in the list of processes.</summary>
    public const string SecretVariable = "CLINICALNLP_OPENID_SECRET";

    private const string Scheme = "openid";

    public void Register(IServiceCollection services, AuthenticationBuilder authentication)
    {
        // A sign-in that is under way while the service restarts begins anew; no key need lie on the disk for that.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        authentication.AddOpenIdConnect(
            Scheme,
            o =>
            {
                o.Authority = Authority.ToString();
                o.ClientId = ClientId;
                o.ClientSecret = Environment.GetEnvironmentVariable(SecretVariable);
                o.ResponseType = OpenIdConnectResponseType.Code;
                o.ResponseMode = OpenIdConnectResponseMode.Query;
                o.UsePkce = true;
                o.CallbackPath = CallbackPath;
                o.SignInScheme = AccessHandler.SchemeName; // required, and never asked: SignIn ends the request
                o.MapInboundClaims = false;
                o.ClaimActions.Remove("iss"); // the action that takes it away: a subject is somebody to its issuer only
                o.Scope.Clear();
                o.Scope.Add("openid");
                o.Scope.Add("profile");
                o.Scope.Add("email");
                o.RequireHttpsMetadata = !Authority.IsLoopback;
                // The answer comes by a redirect of the top frame, which Lax cookies go along with.
                o.CorrelationCookie.SameSite = o.NonceCookie.SameSite = SameSiteMode.Lax;
                o.CorrelationCookie.SecurePolicy = o.NonceCookie.SecurePolicy =
                    PublicUrl?.Scheme == Uri.UriSchemeHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
                o.Events = new OpenIdConnectEvents
                {
                    OnRedirectToIdentityProvider = context =>
                    {
                        if (PublicUrl is not null)
                        {
                            context.ProtocolMessage.RedirectUri = new Uri(PublicUrl, CallbackPath).ToString();
                        }

                        return Task.CompletedTask;
                    },
                    OnTicketReceived = SignIn,
                    OnRemoteFailure = context =>
                    {
                        context.HandleResponse();
                        return RefuseAsync(
                            context.HttpContext,
                            "The identity provider did not vouch for you, or the sign-in took too long."
                        );
                    },
                };
            }
        );
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(Path, () => Results.Challenge(new AuthenticationProperties { RedirectUri = "/" }, [Scheme]))
            .AllowAnonymous()
            .ExcludeFromDescription();

    private Task SignIn(TicketReceivedContext context)
    {
        context.HandleResponse();
        var http = context.HttpContext;
        var services = http.RequestServices;
        var (issuer, subject) = (context.Principal?.FindFirst("iss")?.Value, context.Principal?.FindFirst("sub")?.Value);
        if (issuer is null || subject is null)
        {
            return RefuseAsync(http, "The identity provider does not say who you are.");
        }

        (string AccountId, string Name)? person;
        try
        {
            person = services
                .GetRequiredService<AccountStore>()
                .FindIdentity(
                    issuer,
                    subject,
                    context.Principal?.FindFirst(NameClaim)?.Value,
                    services.GetRequiredService<ServerOptions>().CreateUnknownPeople
                );
        }
        catch (UnusableInputException e) when (e.Code is "name_taken" or "name_missing")
        {
            person = null; // a key's name or one of the service's own
        }

        if (person is not { } known)
        {
            var called = context.Principal?.FindFirst(NameClaim)?.Value is { } name ? $" as “{name}”" : "";
            return RefuseAsync(
                http,
                $"The identity provider vouches for you{called}, yet nobody of that name may come in here: ask an administrator."
            );
        }

        var session = services
            .GetRequiredService<SessionStore>()
            .Open(known.AccountId, SignInWay.SingleSignOn, SessionCookie.Lifetime, SessionCookie.PlaceOf(http), known.Name);
        SessionCookie.Write(http, session);
        // Not a redirect: the browser came from another site, and would not send a SameSite=Strict cookie along.
        return PageAsync(
            http,
            StatusCodes.Status200OK,
            """<meta http-equiv="refresh" content="0;url=/">""",
            "Signed in",
            """Go on to the <a href="/">workbench</a>."""
        );
    }

    private static Task RefuseAsync(HttpContext context, string reason) =>
        PageAsync(
            context,
            StatusCodes.Status401Unauthorized,
            "",
            "You are not signed in",
            $"""{WebUtility.HtmlEncode(reason)} <a href="/">Back</a>"""
        );

    private static Task PageAsync(HttpContext context, int status, string head, string title, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(
            $"""
            <!doctype html><html lang="en"><meta charset="utf-8">{head}<title>{title} · ClinicalNlp</title>
            <body style="font:16px/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem">
            <h1>{title}</h1><p>{body}</p></body></html>
            """,
            context.RequestAborted
        );
    }
}
