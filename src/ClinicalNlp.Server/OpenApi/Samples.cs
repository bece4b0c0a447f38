namespace ClinicalNlp.Server.OpenApi;

/// <summary>Answers as they look, for the document: one small story, so that the examples of different operations fit together.</summary>
public static class Samples
{
    public const string Project = """
        {"id":"0192f0c1-0000-7c4a-8f00-3a1b2c3d4e5f","name":"Cardiology letters","labels":[{"name":"MEDICATION","colour":"#2a6f97","key":"m"}],"schemaVersion":1,
         "intents":[{"name":"refill_prescription"}],"relations":[{"name":"RELATED_TO","from":[],"to":[]}],
         "attributes":[{"name":"negated","values":[],"labels":[]}],"documents":{"new":12,"inProgress":1,"done":7},"created":"2026-11-22T09:00:00+00:00","createdBy":"owner"}
        """;

    public const string Document = """
        {"id":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","projectId":"0192f0c1-0000-7c4a-8f00-3a1b2c3d4e5f","externalId":"note-17","kind":"discharge_summary",
         "group":"patient-4","status":"in_progress","revision":4,"text":"Started metformin 500 mg.","offsetUnit":"unicodeCodePoint",
         "mentions":[{"id":"0192f0c2-0000-7c4a-8f00-3a1b2c3d4e5f","start":8,"end":17,"text":"metformin","label":"MEDICATION","state":"accepted","confidence":0.98,
                      "model":{"name":"clinical-entities","version":"1"},"assertion":{"negated":false,"uncertain":false,"historical":false,"hypothetical":false,"family":false},
                      "concepts":["DB00331"]}],
         "relations":[],"turns":[],"created":"2026-11-22T09:00:00+00:00","updated":"2026-11-22T09:30:00+00:00"}
        """;

    public const string Summary = """
        {"id":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","projectId":"0192f0c1-0000-7c4a-8f00-3a1b2c3d4e5f","externalId":"note-17","kind":"discharge_summary",
         "group":"patient-4","status":"in_progress","revision":4,"length":25,"openSuggestions":0,"created":"2026-11-22T09:00:00+00:00","updated":"2026-11-22T09:30:00+00:00"}
        """;

    public const string Correction = $$"""{"revision":4,"document":{{Document}} }""";

    public const string Batch = """
        {"revision":4,"kind":"corrections","by":"owner","at":"2026-11-22T09:30:00+00:00",
         "changes":[{"action":"accept","mentionId":"0192f0c2-0000-7c4a-8f00-3a1b2c3d4e5f","start":8,"end":17,"label":"MEDICATION","confidence":0.98,
                     "model":{"name":"clinical-entities","version":"1"}}]}
        """;

    public const string Snapshot = """
        {"id":"0192f0c3-0000-7c4a-8f00-3a1b2c3d4e5f","projectId":"0192f0c1-0000-7c4a-8f00-3a1b2c3d4e5f","task":"entities","seed":1,"heldOutFraction":0.2,
         "labels":["MEDICATION"],"hash":"5d41402abc4b2a76b9719d911017c592","train":{"documents":80,"groups":31},"heldOut":{"documents":20,"groups":8},
         "created":"2026-11-22T09:30:00+00:00","createdBy":"owner"}
        """;

    public const string Gate = """
        {"passed":true,"reasons":[],"overall":{"before":0.71,"after":0.78},
         "labels":[{"label":"MEDICATION","before":0.71,"after":0.78,"support":64,"allowed":0.07,"lost":false}],
         "project":{"name":"project","documents":20,"overall":{"before":0.71,"after":0.78},"labels":[]}}
        """;

    public const string Run = $$"""
        {"id":"0192f0c4-0000-7c4a-8f00-3a1b2c3d4e5f","projectId":"0192f0c1-0000-7c4a-8f00-3a1b2c3d4e5f","task":"entities","kind":"retrain","state":"succeeded","isOver":true,
         "snapshotId":"0192f0c3-0000-7c4a-8f00-3a1b2c3d4e5f","minutes":4,"seed":1,"autoPromote":true,"created":"2026-11-22T09:31:00+00:00","createdBy":"owner",
         "started":"2026-11-22T09:31:00+00:00","ended":"2026-11-22T09:35:20+00:00","base":{"name":"clinical-entities","version":"1"},
         "candidate":{"name":"clinical-entities","version":"1.1"},
         "progress":{"phase":"training","done":90000,"total":120000,"unit":"tokens","perSecond":8200,"secondsLeft":3.7,"epoch":3,"loss":0.41},
         "gate":{{Gate}}
        }
        """;

    public const string Version = $$"""
        {"name":"clinical-entities","version":"1.1","task":"entities","origin":"retrained","state":"promoted","inUse":true,"fingerprint":"9f86d081884c7d65",
         "parent":{"name":"clinical-entities","version":"1"},"snapshotId":"0192f0c3-0000-7c4a-8f00-3a1b2c3d4e5f","runId":"0192f0c4-0000-7c4a-8f00-3a1b2c3d4e5f",
         "scores":[{"corpus":"corrections","split":"dev","measure":"f1","overall":0.79,"labels":{"MEDICATION":0.79} }],"gate":{{Gate}},
         "created":"2026-11-22T09:35:10+00:00","createdBy":"system","withdrawnDocuments":0}
        """;

    public static string Listed(string item) => $$"""{"items":[{{item}}],"next":null}""";

    public const string Insights = """
        {"at":"2026-11-22T09:40:00+00:00",
         "tasks":[{"task":"entities","documents":20,"done":7,
           "acceptance":{"all":{"name":"all","decided":64,"counts":{"accepted":52,"relabelled":4,"resized":3,"rejected":5,"missed":6},"rate":{"value":0.8125,"low":0.7,"high":0.89}},
             "labels":[],"versions":[],"weeks":[],"cells":[]},
           "scores":[{"model":{"name":"clinical-entities","version":"1"},"documents":7,
             "all":{"label":"all","right":52,"wrong":12,"missed":13,"precision":{"value":0.8125,"low":0.7,"high":0.89},"recall":{"value":0.8,"low":0.69,"high":0.88},"f1":{"value":0.806,"low":0.74,"high":0.87}},
             "labels":[]}],
           "unscored":0,"learningCurve":[],
           "labels":[{"label":"MEDICATION","items":40,"documents":7,"open":61}],
           "groups":[{"name":"sex","keys":["sex","gender"],"stated":20,
             "values":[{"value":"female","documents":11,"done":4,"items":38,"tooFew":false,"f1":{"value":0.82,"low":0.71,"high":0.9}}]}]}],
         "time":{"documents":7,"decisions":64,"seconds":410,"pauses":2,"perDocument":{"lowest":31,"lowerQuartile":42,"median":55,"upperQuartile":71,"highest":96},
           "perDecision":{"lowest":0.8,"lowerQuartile":2.1,"median":4.2,"upperQuartile":8.5,"highest":31},"documentSeconds":[31,42,47,55,66,73,96]},
         "people":[]}
        """;
}
