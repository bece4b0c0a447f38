using System.Text;

namespace ClinicalNlp.Corpora;

/// <summary>Rows of a file of comma-separated values; a cell in quotes may hold separators, line breaks and doubled quotes.</summary>
internal sealed class CsvRows
{
    private readonly string _text;
    private readonly string _file;
    private readonly char _separator;
    private int _at;
    private int _line = 1;

    public CsvRows(string text, string file)
    {
        (_text, _file) = (text, file);
        var first = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? end : text.Length);
        _separator =
            first.Contains(',') ? ','
            : first.Contains('\t') ? '\t'
            : first.Contains(';') ? ';'
            : ',';
        Header = Next()?.Cells;
    }

    /// <summary>Null of an empty file.</summary>
    public IReadOnlyList<string>? Header { get; }

    /// <summary>Those below the header; blank lines are skipped.</summary>
    public IEnumerable<Row> Read()
    {
        while (Next() is { } row)
        {
            if (row.Cells.Count > 1 || row.Cells[0].Length > 0)
                yield return row;
        }
    }

    private Row? Next()
    {
        if (_at >= _text.Length)
            return null;
        var cells = new List<string>();
        var start = _line;
        while (true)
        {
            cells.Add(_at < _text.Length && _text[_at] == '"' ? QuotedCell() : PlainCell());
            if (_at < _text.Length && _text[_at] == _separator)
            {
                _at++;
                continue;
            }
            if (_at < _text.Length && _text[_at] == '\r')
                _at++;
            if (_at < _text.Length && _text[_at] == '\n')
                _at++;
            _line++;
            return new Row(cells, _file, start);
        }
    }

    private string PlainCell()
    {
        var start = _at;
        while (_at < _text.Length && _text[_at] != _separator && _text[_at] is not ('\r' or '\n'))
            _at++;
        return _text[start.._at];
    }

    private string QuotedCell()
    {
        var cell = new StringBuilder();
        var start = _line;
        for (_at++; ; _at++)
        {
            if (_at >= _text.Length)
                throw new UnusableInputException("invalid_csv", "A quoted cell has no end.", _file, start);
            if (_text[_at] == '"')
            {
                if (_at + 1 >= _text.Length || _text[_at + 1] != '"')
                    break;
                _at++;
            }
            else if (_text[_at] == '\n')
            {
                _line++;
            }
            cell.Append(_text[_at]);
        }
        _at++;
        if (_at < _text.Length && _text[_at] != _separator && _text[_at] is not ('\r' or '\n'))
            throw new UnusableInputException(
                "invalid_csv",
                "Something stands between a closing quote and the next separator.",
                _file,
                _line
            );
        return cell.ToString();
    }

    /// <param name="Line">On which it begins.</param>
    public sealed record Row(IReadOnlyList<string> Cells, string File, int Line)
    {
        public string this[int column] => column < Cells.Count ? Cells[column] : "";

        /// <exception cref="UnusableInputException"><c>invalid_csv</c>: more cells than the header has columns, so that nobody knows which is which.</exception>
        public void RequireWidth(int columns)
        {
            if (Cells.Count > columns)
                throw Unusable("invalid_csv", $"The row has {Cells.Count} cells under {columns} columns.");
        }

        public UnusableInputException Unusable(string code, string reason) => new(code, reason, File, Line);
    }
}
