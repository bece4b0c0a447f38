using ClinicalNlp.Server.Extraction;

namespace ClinicalNlp.Server.Tests.Extraction;

public class InferenceGateTests
{
    [Fact]
    public async Task A_batch_comes_back_whole_and_in_order()
    {
        using var gate = new InferenceGate();
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => new string((char)('a' + (i % 26)), 1 + (i * 997 % 20_000)))];
        var shares = 0;
        var lengths = await gate.RunAsync<int>(
            texts,
            share =>
            {
                shares++;
                Assert.True(share.Count == 1 || share.Sum(t => t.Length) <= InferenceGate.ShareLength);
                return [.. share.Select(t => t.Length)];
            },
            CancellationToken.None
        );
        Assert.Equal(texts.Select(t => t.Length), lengths);
        Assert.True(shares > 1);
    }

    [Fact]
    public async Task No_more_run_at_once_than_there_are_processors()
    {
        using var gate = new InferenceGate();
        var (running, most) = (0, 0);
        await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ =>
                    Task.Run(() =>
                        gate.RunAsync(
                            () =>
                            {
                                var now = Interlocked.Increment(ref running);
                                InterlockedMax(ref most, now);
                                Thread.Sleep(2);
                                return Interlocked.Decrement(ref running);
                            },
                            CancellationToken.None
                        )
                    )
                )
        );
        Assert.InRange(most, 1, Environment.ProcessorCount);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen) { }
    }
}
