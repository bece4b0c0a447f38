using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Lineage;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Annotation.Lineage;

public class AnswerIdTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];
    private static readonly byte[] Version = AnswerId.VersionHash(new ModelStamp("clinical-entities", "1.1"), "9f86d0");
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_id_says_again_what_it_was_made_of() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<(int Counter, NonNegativeInt Seconds, NonNull<string> Actor)>(),
                given =>
                {
                    var at = Start.AddSeconds(given.Seconds.Get).AddMilliseconds(7);
                    string id = AnswerId.Create(Secret, at, given.Counter, AnswerKind.Intents, Version, given.Actor.Get);
                    var read = AnswerId.Read(id, Secret)!;
                    return id.Length == AnswerId.Length
                        && read.At == at
                        && read.Kind == AnswerKind.Intents
                        && read.IsOf(Version)
                        && read.IsOf(Secret, given.Actor.Get)
                        && !read.IsOf(Secret, given.Actor.Get + "x");
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void No_character_of_an_id_can_be_changed()
    {
        string id = AnswerId.Create(Secret, Start, 5, AnswerKind.Extract, Version, "ana");
        Assert.NotNull(AnswerId.Read(id, Secret));
        Assert.All(
            Enumerable.Range(0, id.Length),
            i => Assert.Null(AnswerId.Read($"{id[..i]}{(id[i] == '0' ? '1' : '0')}{id[(i + 1)..]}", Secret))
        );
        Assert.Null(AnswerId.Read(id, [.. Secret.Reverse()]));
        Assert.Null(AnswerId.Read("", Secret));
        Assert.Null(AnswerId.Read(id.ToUpperInvariant(), Secret));
    }

    [Fact]
    public void Ids_stand_in_the_order_of_time()
    {
        var ids = Enumerable
            .Range(0, 200)
            .Select(i => AnswerId.Create(Secret, Start.AddMilliseconds(i * 977), 1000 - i, AnswerKind.Extract, Version, "ana"))
            .ToList();
        Assert.Equal(ids, ids.Order(StringComparer.Ordinal));
        Assert.All(
            ids.Index(),
            id => Assert.True(string.CompareOrdinal(AnswerId.LowestAt(Start.AddMilliseconds(id.Index * 977)), id.Item) < 0)
        );
    }

    [Fact]
    public void Another_bundle_under_the_same_name_is_another_version() =>
        Assert.NotEqual(Version, AnswerId.VersionHash(new ModelStamp("clinical-entities", "1.1"), "9f86d1"));
}
