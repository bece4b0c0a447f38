using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ClinicalNlp.Server.Tests.Access;

/// <summary>An OpenID Connect provider over HTTP that vouches for whomever a test names, and can be told to cheat.</summary>
internal sealed class TinyProvider : IAsyncDisposable
{
    public const string Client = "clinicalnlp";
    private readonly RSA _published = RSA.Create(2048);
    private readonly RSA _other = RSA.Create(2048);
    private readonly WebApplication _app;
    private readonly Dictionary<string, (string Challenge, string Redirect, Func<string> Token)> _codes = new(StringComparer.Ordinal);

    private TinyProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet(
            "/.well-known/openid-configuration",
            () =>
                Results.Json(
                    new Dictionary<string, object>(StringComparer.Ordinal)
                    {
                        ["issuer"] = Issuer,
                        ["authorization_endpoint"] = $"{Issuer}/authorize",
                        ["token_endpoint"] = $"{Issuer}/token",
                        ["jwks_uri"] = $"{Issuer}/keys",
                    }
                )
        );
        _app.MapGet(
            "/keys",
            () =>
            {
                var key = _published.ExportParameters(false);
                var jwk = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["kty"] = "RSA",
                    ["use"] = "sig",
                    ["kid"] = "1",
                    ["n"] = Base64Url.EncodeToString(key.Modulus),
                    ["e"] = Base64Url.EncodeToString(key.Exponent),
                };
                return Results.Json(new Dictionary<string, object>(StringComparer.Ordinal) { ["keys"] = new[] { jwk } });
            }
        );
        _app.MapPost("/token", Token);
    }

    public string Issuer => _app.Urls.First();

    /// <summary>Signs with a key that is not published.</summary>
    public bool Forges { get; set; }

    public string Audience { get; set; } = Client;

    public string? Nonce { get; set; }

    public static async Task<TinyProvider> StartAsync()
    {
        var provider = new TinyProvider();
        await provider._app.StartAsync();
        return provider;
    }

    /// <summary>What the provider does after a person has signed in there: back to the service with a code.</summary>
    public string Vouch(Uri asked, string subject, string name)
    {
        Assert.Equal($"{Issuer}/authorize", asked.GetLeftPart(UriPartial.Path));
        var query = QueryHelpers.ParseQuery(asked.Query);
        Assert.Equal($"code S256 {Client}", $"{query["response_type"]} {query["code_challenge_method"]} {query["client_id"]}");
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = (query["code_challenge"]!, query["redirect_uri"]!, () => IdToken(subject, name, Nonce ?? query["nonce"]!));
        return QueryHelpers.AddQueryString(
            query["redirect_uri"]!,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["code"] = code, ["state"] = query["state"] }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _published.Dispose();
        _other.Dispose();
    }

    private async Task<IResult> Token(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var proof = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        return _codes.Remove(form["code"].ToString(), out var code) && code.Challenge == proof && code.Redirect == form["redirect_uri"]
            ? Results.Json(
                new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["access_token"] = "unused",
                    ["token_type"] = "Bearer",
                    ["expires_in"] = 60,
                    ["id_token"] = code.Token(),
                }
            )
            : Results.Json(
                new Dictionary<string, object>(StringComparer.Ordinal) { ["error"] = "invalid_grant" },
                statusCode: StatusCodes.Status400BadRequest
            );
    }

    private string IdToken(string subject, string name, string nonce)
    {
        var key = new RsaSecurityKey(Forges ? _other : _published) { KeyId = "1" };
        // The tokens are of now: the service compares them with the clock of this machine.
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = Issuer,
                Audience = Audience,
                IssuedAt = now,
                NotBefore = now.AddSeconds(-5),
                Expires = now.AddMinutes(5),
                Claims = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["sub"] = subject,
                    ["preferred_username"] = name,
                    ["nonce"] = nonce,
                },
                SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256),
            }
        );
    }
}
