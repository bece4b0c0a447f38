using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests;

/// <summary>The clock of this machine, moved on as a test likes; or one that stands still otherwise.</summary>
public sealed class ShiftedTime(bool frozen = false) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => (frozen ? Start : base.GetUtcNow()) + Offset;

    public void Register(WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(this);
}
