using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;

namespace ClinicalNlp.Server.Extraction;

/// <summary>What a request wants of a model, cut into pieces small enough that others get their turn between two.</summary>
public abstract class InferenceWork
{
    /// <summary>Pieces that want the same model are run together.</summary>
    public abstract object Model { get; }

    /// <summary>UTF-16 code units that it holds.</summary>
    public abstract long Length { get; }

    /// <summary>Whether <see cref="Cut"/> has more pieces.</summary>
    public abstract bool HasMore { get; }

    /// <summary>The next piece; null when all were handed out. One caller at a time.</summary>
    public abstract InferencePiece? Cut();

    /// <summary>Runs pieces of works that want this one's model.</summary>
    public abstract void Run(IReadOnlyList<InferencePiece> pieces);
}

/// <param name="Work">Whose piece it is.</param>
/// <param name="Fill">How much of one batch of the network it fills; from 1 on nothing is gained by company.</param>
public abstract record InferencePiece(InferenceWork Work, double Fill);

/// <summary>Entities in texts.</summary>
public sealed class EntityWork(EntityRecognizer model, IReadOnlyList<string> texts) : InferenceWork
{
    /// <summary>Of short texts in one piece, about 20 ms of work; a stretch of a long text has its own length.</summary>
    private const int PieceTokens = 2048;

    private readonly Recognition _recognition = model.Begin(texts);

    public override object Model => model;

    public override long Length { get; } = texts.Sum(text => (long)text.Length);

    public IReadOnlyList<IReadOnlyList<Mention>> Result => _recognition.Finish();

    public override bool HasMore => _recognition.HasMore;

    public override InferencePiece? Cut() =>
        _recognition.Cut(PieceTokens) is { } piece ? new Piece(this, (double)piece.Tokens / EntityRecognizer.BatchTokens, piece) : null;

    public override void Run(IReadOnlyList<InferencePiece> pieces) =>
        model.Run([.. pieces.Cast<Piece>().Select(piece => piece.Recognition)]);

    private sealed record Piece(InferenceWork Work, double Fill, RecognitionPiece Recognition) : InferencePiece(Work, Fill);
}

/// <summary>Intents of utterances.</summary>
public sealed class IntentWork(IntentClassifier model, IReadOnlyList<Utterance> utterances) : InferenceWork
{
    /// <summary>Utterances in one piece, some milliseconds of work.</summary>
    private const int PieceUtterances = 64;

    private readonly IntentPrediction[] _result = new IntentPrediction[utterances.Count];
    private int _next;

    public override object Model => model;

    public override long Length { get; } =
        utterances.Sum(utterance =>
            (long)utterance.Text.Length + (utterance.Before?.TakeLast(UtteranceFeatures.TurnsRead).Sum(turn => turn.Length) ?? 0)
        );

    public IReadOnlyList<IntentPrediction> Result => _result;

    public override bool HasMore => _next < utterances.Count;

    public override InferencePiece? Cut()
    {
        if (_next == utterances.Count)
        {
            return null;
        }

        var start = _next;
        _next = Math.Min(utterances.Count, start + PieceUtterances);
        return new Piece(this, start, [.. utterances.Skip(start).Take(_next - start)]);
    }

    public override void Run(IReadOnlyList<InferencePiece> pieces)
    {
        foreach (var piece in pieces.Cast<Piece>())
        {
            foreach (var (i, prediction) in model.Classify(piece.Utterances).Index())
            {
                ((IntentWork)piece.Work)._result[piece.Start + i] = prediction;
            }
        }
    }

    /// <summary>Full by itself: the network takes one utterance at a time.</summary>
    private sealed record Piece(InferenceWork Work, int Start, IReadOnlyList<Utterance> Utterances) : InferencePiece(Work, 1);
}
