namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>The fixed script "20 spans: 16 right, 2 wrong label, 1 wrong edge, 1 missing", in a browser, upon the service, with every key that goes down counted.</summary>
[Collection(Chromium.Name)]
public sealed class KeystrokeTests(Chromium chromium)
{
    private const int Most = 26;

    private const string Text =
        "Seen for hypertension, diabetes, gout and asthma.\nTakes lisinopril 10 mg, metformin 500 mg, allopurinol 300 mg and salbutamol.\n"
        + "Reports nausea, headache and chest pain; no fever, cough or dizziness.\nStarted amoxicillin 250 mg for otitis.";

    private static readonly (string Words, string Label, double Confidence)[] Suggested =
    [
        ("hypertension", "PROBLEM", 0.98),
        ("diabetes", "MEDICATION", 0.55), // a problem
        ("gout", "PROBLEM", 0.93),
        ("asthma", "PROBLEM", 0.97),
        ("lisinopril", "MEDICATION", 0.99),
        ("10 mg", "DOSAGE", 0.94),
        ("metformin", "MEDICATION", 0.99),
        ("500 mg", "DOSAGE", 0.95),
        ("allopurinol", "PROBLEM", 0.48), // a medication
        ("300 mg", "DOSAGE", 0.92),
        ("salbutamol", "MEDICATION", 0.96),
        ("nausea", "PROBLEM", 0.96),
        ("headache", "PROBLEM", 0.97),
        ("pain", "PROBLEM", 0.71), // chest pain
        ("fever", "PROBLEM", 0.95),
        ("cough", "PROBLEM", 0.94), // dizziness, behind it, is missing
        ("amoxicillin", "MEDICATION", 0.98),
        ("250 mg", "DOSAGE", 0.93),
        ("otitis", "PROBLEM", 0.91),
    ];

    private static readonly string[] Right =
    [
        "hypertension PROBLEM accepted",
        "diabetes PROBLEM accepted",
        "gout PROBLEM accepted",
        "asthma PROBLEM accepted",
        "lisinopril MEDICATION accepted",
        "10 mg DOSAGE accepted",
        "metformin MEDICATION accepted",
        "500 mg DOSAGE accepted",
        "allopurinol MEDICATION accepted",
        "300 mg DOSAGE accepted",
        "salbutamol MEDICATION accepted",
        "nausea PROBLEM accepted",
        "headache PROBLEM accepted",
        "chest pain PROBLEM accepted",
        "fever PROBLEM accepted",
        "cough PROBLEM accepted",
        "dizziness PROBLEM added",
        "amoxicillin MEDICATION accepted",
        "250 mg DOSAGE accepted",
        "otitis PROBLEM accepted",
    ];

    public static TheoryData<string, string> Scripts =>
        new()
        {
            // p, m and 1 are the keys of the schema's labels.
            { "one decision after the other", "a p a a a a a a m a a a a [ a a a k n ArrowRight p a a a a" },
            { "first all above the threshold", "Shift+A a p m [ j j n ArrowRight p" },
        };

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Twenty_spans_are_corrected_with_few_keys_and_no_mouse(string way, string script)
    {
        await using var server = await RunningServer.StartAsync();
        await using var visitor = await chromium.VisitAsync(server.Url);
        var id = await server.NewNoteAsync(await server.NewProjectAsync("Script"), Text, Suggested);
        await visitor.OpenNoteAsync(id);
        await visitor.CurrentAsync();
        await visitor.Page.EvaluateAsync(
            """
            () => {
              window.counted = { keys: 0, mouse: 0 };
              addEventListener("keydown", () => window.counted.keys++, true);
              for (const name of ["mousedown", "pointerdown", "wheel"]) addEventListener(name, () => window.counted.mouse++, true);
            }
            """
        );

        await visitor.PressAsync(script.Split(' '));
        await visitor.SavedAsync();

        Assert.Equal(Right, await server.MarkedAsync(id));
        var keys = await visitor.Page.EvaluateAsync<int>("window.counted.keys");
        TestContext.Current.TestOutputHelper!.WriteLine($"20 spans, {way}: {keys} keystrokes (at most {Most})");
        Assert.Equal(0, await visitor.Page.EvaluateAsync<int>("window.counted.mouse"));
        Assert.InRange(keys, 1, Most);
    }
}
