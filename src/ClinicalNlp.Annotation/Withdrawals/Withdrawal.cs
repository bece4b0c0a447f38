using ClinicalNlp.Annotation.Lineage;

namespace ClinicalNlp.Annotation.Withdrawals;

/// <summary>Why a document was withdrawn. A code and no words of one's own: a reason in words would be clinical text in the log.</summary>
public enum WithdrawalReason
{
    ConsentWithdrawn,
    WrongPatient,
    Duplicate,
    Other,
}

/// <summary>That a document is not to be used any more.</summary>
/// <param name="Erased">Since when its text is gone; null while it can come back.</param>
public sealed record Withdrawal(WithdrawalReason Reason, DateTimeOffset At, string By, DateTimeOffset? Erased, string? ErasedBy);

/// <param name="WorkingCopies">Readings of it that were closed.</param>
/// <param name="Reach">What had seen it.</param>
public sealed record WithdrawalOutcome(Withdrawal Withdrawal, int WorkingCopies, DocumentReach Reach);

/// <param name="Snapshots">In which the example is erased now; each keeps the hash it was made with.</param>
/// <param name="Documents">Whose text is gone: the document and its working copies.</param>
/// <param name="Versions">That learnt from it and keep what they learnt.</param>
public sealed record ErasureOutcome(Withdrawal Withdrawal, int Snapshots, int Documents, int Versions);
