using ClinicalNlp.Models;

namespace ClinicalNlp.Tests.Models;

public class ModelShelfTests
{
    [Fact]
    public void A_lease_keeps_its_model_through_a_swap()
    {
        var first = new CountingModel();
        var second = new CountingModel();
        using var shelf = new ModelShelf<CountingModel>(first);
        using (var lease = shelf.Acquire())
        {
            shelf.Swap(second);
            Assert.Same(first, lease.Model);
            Assert.Equal(0, first.Disposals);
            using var next = shelf.Acquire();
            Assert.Same(second, next.Model);
        }
        Assert.Equal((1, 0), (first.Disposals, second.Disposals));
    }

    [Fact]
    public void A_model_without_leases_goes_at_the_swap()
    {
        var first = new CountingModel();
        using var shelf = new ModelShelf<CountingModel>(first);
        shelf.Swap(new CountingModel());
        Assert.Equal(1, first.Disposals);
    }

    [Fact]
    public void A_lease_disposed_twice_counts_once()
    {
        var first = new CountingModel();
        using var shelf = new ModelShelf<CountingModel>(first);
        using var kept = shelf.Acquire();
        var lease = shelf.Acquire();
        lease.Dispose();
        lease.Dispose();
        shelf.Swap(new CountingModel());
        Assert.Equal(0, first.Disposals);
        Assert.Throws<ObjectDisposedException>(() => lease.Model);
    }

    [Fact]
    public void An_empty_shelf_says_that_no_model_is_in_use()
    {
        using var shelf = new ModelShelf<CountingModel>();
        Assert.True(shelf.IsEmpty);
        Assert.Equal("model_missing", Assert.Throws<UnusableInputException>(() => shelf.Acquire()).Code);
    }

    [Fact]
    public void Leases_outlive_the_shelf()
    {
        var model = new CountingModel();
        var shelf = new ModelShelf<CountingModel>(model);
        using (var lease = shelf.Acquire())
        {
            shelf.Dispose();
            shelf.Dispose();
            lease.Model.Use();
        }
        Assert.Equal(1, model.Disposals);
        Assert.Throws<ObjectDisposedException>(() => shelf.Acquire());
    }

    [Fact]
    public async Task Thousands_of_requests_during_swaps_never_use_a_disposed_model()
    {
        var models = new List<CountingModel> { new() };
        var shelf = new ModelShelf<CountingModel>(models[0]);
        var requests = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Run(() =>
                {
                    for (var i = 0; i < 20_000; i++)
                    {
                        using var lease = shelf.Acquire();
                        var model = lease.Model;
                        model.Use();
                        if (i % 64 == 0)
                            Thread.Yield();
                        model.Use();
                    }
                })
            )
            .ToArray();
        while (!requests.All(request => request.IsCompleted))
        {
            models.Add(new CountingModel());
            shelf.Swap(models[^1]);
            await Task.Yield();
        }
        await Task.WhenAll(requests);
        shelf.Dispose();
        Assert.True(models.Count > 1);
        Assert.All(models, model => Assert.Equal(1, model.Disposals));
    }

    private sealed class CountingModel : IDisposable
    {
        private int _disposals;

        public int Disposals => Volatile.Read(ref _disposals);

        public void Use() => ObjectDisposedException.ThrowIf(Disposals > 0, this);

        public void Dispose() => Interlocked.Increment(ref _disposals);
    }
}
