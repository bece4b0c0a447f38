using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Tests.Annotation.Storage;

public sealed class RecordIdsTests
{
    [Fact]
    public void Ids_are_uuids_of_version_7_and_grow_even_when_the_clock_goes_back()
    {
        var ids = new RecordIds();
        var now = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
        var made = Enumerable.Range(0, 10_000).Select(i => ids.Next(i < 9_000 ? now : now.AddHours(-1))).ToList();

        Assert.Equal(made.Order(StringComparer.Ordinal), made);
        Assert.Equal(made.Count, made.Distinct().Count());
        Assert.All(made, id => Assert.Equal(7, Guid.Parse(id).Version));
        Assert.All(made, id => Assert.InRange(Guid.Parse(id).Variant, 8, 11));
    }
}
