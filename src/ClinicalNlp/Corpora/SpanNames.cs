namespace ClinicalNlp.Corpora;

/// <summary>What the spans of a document are called in a file that needs a name for each: their own id where it will do, else a number.</summary>
internal sealed class SpanNames
{
    private readonly string[] _names;
    private readonly Dictionary<string, string> _byId = new(StringComparer.Ordinal);

    /// <param name="allowed">Whether an id can stand in the file as it is.</param>
    /// <param name="numbered">The name for a number from 1 on.</param>
    public SpanNames(AnnotatedDocument document, Func<string, bool> allowed, Func<int, string> numbered)
    {
        var spans = document.Spans;
        _names = new string[spans.Count];
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < spans.Count; i++)
        {
            if (spans[i].Id is { } id && allowed(id) && taken.Add(id))
                _names[i] = id;
        }
        var number = 1;
        for (var i = 0; i < spans.Count; i++)
        {
            if (_names[i] is null)
            {
                while (!taken.Add(numbered(number)))
                    number++;
                _names[i] = numbered(number);
                Changed += spans[i].Id is null ? 0 : 1;
            }
            if (spans[i].Id is { } known)
                _byId.TryAdd(known, _names[i]);
        }
    }

    /// <summary>How many spans have an id that could not stand as it is.</summary>
    public int Changed { get; }

    public string this[int span] => _names[span];

    /// <summary>Null when no span has the id.</summary>
    public string? Of(string id) => _byId.GetValueOrDefault(id);
}
