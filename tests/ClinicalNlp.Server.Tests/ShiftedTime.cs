using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests;

/// <summary>The clock of this machine, moved on as a test likes.</summary>
public sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

    public void Register(WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(this);
}
