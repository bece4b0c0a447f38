using ClinicalNlp.Server.OpenApi;

namespace ClinicalNlp.Server.Lineage;

/// <summary>Answers as they look, for the OpenAPI document.</summary>
internal static class LineageSamples
{
    public const string Answer = """
        {"id":"037fgk3e2g0vq1k0i8u3s5t7q9m2c4e6h8j0l1n3p5r7t9v1","at":"2026-11-22T09:41:00+00:00","kind":"extract","by":"ward-7",
         "model":{"name":"clinical-entities","version":"1.1"},"recorded":true,"texts":1,"findings":2}
        """;

    public const string Example = """
        {"documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","externalId":"note-17","kind":"discharge_summary","revision":4,"side":"train","weight":1,
         "lineHash":"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae","corrections":6,"people":["ana"],"withdrawn":false,"erased":false}
        """;

    public const string Correction = """
        {"documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","revision":4,"batch":"corrections","action":"relabel","label":"MEDICATION","fromLabel":"PROBLEM",
         "model":{"name":"clinical-entities","version":"1"},"by":"ana","at":"2026-11-22T09:30:00+00:00"}
        """;

    public const string PersonDocument = """
        {"documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","projectId":"0192f0c1-0000-7c4a-8f00-3a1b2c3d4e5f","externalId":"note-17",
         "kind":"discharge_summary","status":"done","corrections":6,"broughtIn":false,"snapshots":1,"withdrawn":false}
        """;

    public const string Person = """
        {"name":"ana","documents":12,"corrections":140,
         "versions":[{"model":{"name":"clinical-entities","version":"1.1"},"task":"entities","state":"promoted","inUse":true,"documents":9}]}
        """;

    public const string Reach = """
        {"documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","projectId":"0192f0c1-0000-7c4a-8f00-3a1b2c3d4e5f","externalId":"note-17",
         "snapshots":[{"snapshotId":"0192f0c3-0000-7c4a-8f00-3a1b2c3d4e5f","task":"entities","hash":"5d41402abc4b2a76b9719d911017c592","side":"train",
                       "revision":4,"weight":1,"created":"2026-11-22T09:30:00+00:00","createdBy":"owner"}],
         "versions":[{"model":{"name":"clinical-entities","version":"1.1"},"task":"entities","state":"promoted","inUse":true,"how":"trained",
                      "live":[{"from":"2026-11-22T09:35:20+00:00"}],"answers":31,"lost":0,
                      "callers":[{"model":{"name":"clinical-entities","version":"1.1"},"actor":"ward-7","kind":"extract","count":31,"lost":0,
                                  "first":"2026-11-22T00:00:00+00:00","last":"2026-11-22T00:00:00+00:00"}]}],
         "answersOnIt":2,"answers":31,"answersLost":0,"gaps":[],"notesUnknown":[]}
        """;

    private const string Versions = $$"""
        [{"model":{"name":"clinical-entities","version":"1.1"},"task":"entities","origin":"retrained","state":"promoted","inUse":true,
          "fingerprint":"9f86d081884c7d65","created":"2026-11-22T09:35:10+00:00","parent":{"name":"clinical-entities","version":"1"},
          "corpora":[{"name":"corrections","count":80,"sha256":"5d41402abc4b2a76b9719d911017c592"}],
          "training":{"runId":"0192f0c4-0000-7c4a-8f00-3a1b2c3d4e5f","started":"2026-11-22T09:31:00+00:00","startedBy":"owner",
                      "snapshot":{{Samples.Snapshot}},"projectName":"Cardiology letters","replayedNotes":40,"erased":0},
          "hidden":false,"withdrawnDocuments":0}]
        """;

    public const string OfAnswer = $$"""{"answer":{{Answer}},"versions":{{Versions}} }""";

    public const string OfVersion = $$"""{"versions":{{Versions}},"live":[{"from":"2026-11-22T09:35:20+00:00"}],"answers":31}""";
}
