using System.Net;
using System.Text;

namespace ClinicalNlp.Server.Problems;

/// <summary>Where the <c>type</c> of every problem detail points: the table of codes, for people.</summary>
public static class ProblemPage
{
    public const string Path = "/docs/problems";

    public static void MapProblems(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, () => Results.Content(Html(), "text/html; charset=utf-8")).AllowAnonymous().ExcludeFromDescription();

    private static string Html()
    {
        var page = new StringBuilder(
            """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Problems · ClinicalNlp</title>
            <body style="font:16px/1.5 system-ui;max-width:50rem;margin:3rem auto;padding:0 1rem">
            <h1>Problems</h1><p>Every failure is a problem detail (RFC 9457) with one of these values of <code>code</code>.</p><table>
            """
        );
        foreach (var (code, (status, title)) in ProblemCodes.All)
        {
            page.Append($"<tr id=\"{code}\"><td>{status}<td><code>{code}</code><td>{WebUtility.HtmlEncode(title)}");
        }

        return page.Append("</table></body></html>").ToString();
    }
}
