using System.Numerics;
using ClinicalNlp.Training.Graph;

namespace ClinicalNlp.Training.Optimisation;

/// <summary>What one optimiser step needs; defaults are those of Loshchilov and Hutter (2019) but for the decay.</summary>
/// <param name="Epsilon">Keeps the first steps of rare weights small.</param>
public sealed record AdamSettings(float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f, float Decay = 0.01f);

/// <summary>Adam with decoupled weight decay over dense weights, in SIMD: inside the ONNX graph the same step took five times as long.</summary>
public sealed class Adam(IReadOnlyList<Parameter> parameters, AdamSettings settings)
{
    private readonly float[][] first = [.. parameters.Select(parameter => new float[parameter.Length])];
    private readonly float[][] second = [.. parameters.Select(parameter => new float[parameter.Length])];
    private int steps;

    /// <summary>Weights are pulled to these instead of to zero, for fine-tuning that must not forget.</summary>
    public IReadOnlyList<float[]>? Anchor { get; init; }

    /// <summary>Strength of the pull to <see cref="Anchor"/>, in the same unit as the decay.</summary>
    public float AnchorPull { get; init; }

    public void Step(GradientSum gradients, float rate)
    {
        steps++;
        for (int i = 0; i < parameters.Count; i++)
        {
            bool anchored = Anchor is not null;
            float decay = parameters[i].Decays && !anchored ? settings.Decay : 0;
            AdamKernel.Update(
                parameters[i].Values,
                gradients[i],
                first[i],
                second[i],
                settings,
                steps,
                rate,
                decay,
                anchored ? Anchor![i] : default,
                AnchorPull
            );
        }
    }
}

/// <summary>The update of one stretch of weights, shared by the dense and the sparse optimiser.</summary>
internal static class AdamKernel
{
    public static void Update(
        Span<float> weights,
        ReadOnlySpan<float> gradient,
        Span<float> first,
        Span<float> second,
        AdamSettings settings,
        int step,
        float rate,
        float decay,
        ReadOnlySpan<float> anchor = default,
        float pull = 0
    )
    {
        // Bias corrections folded into the rate and into epsilon, so that the loop has one division and one root.
        float correction1 = 1 - MathF.Pow(settings.Beta1, step);
        float correction2 = MathF.Sqrt(1 - MathF.Pow(settings.Beta2, step));
        float stepSize = rate * correction2 / correction1;
        float epsilon = settings.Epsilon * correction2;
        float keep = 1 - (rate * decay);
        float towards = anchor.IsEmpty ? 0 : rate * pull;
        int width = Vector<float>.Count;
        int i = 0;
        Vector<float> beta1 = new(settings.Beta1);
        Vector<float> beta2 = new(settings.Beta2);
        Vector<float> rest1 = new(1 - settings.Beta1);
        Vector<float> rest2 = new(1 - settings.Beta2);
        for (; i <= weights.Length - width; i += width)
        {
            Vector<float> g = new(gradient[i..]);
            Vector<float> m = (new Vector<float>(first[i..]) * beta1) + (g * rest1);
            Vector<float> v = (new Vector<float>(second[i..]) * beta2) + (g * g * rest2);
            m.CopyTo(first[i..]);
            v.CopyTo(second[i..]);
            Vector<float> w = new Vector<float>(weights[i..]) * keep;
            if (towards > 0)
                w -= (w - new Vector<float>(anchor[i..])) * towards;
            (w - (m * stepSize / (Vector.SquareRoot(v) + new Vector<float>(epsilon)))).CopyTo(weights[i..]);
        }
        for (; i < weights.Length; i++)
        {
            float g = gradient[i];
            first[i] = (first[i] * settings.Beta1) + (g * (1 - settings.Beta1));
            second[i] = (second[i] * settings.Beta2) + (g * g * (1 - settings.Beta2));
            float w = weights[i] * keep;
            if (towards > 0)
                w -= (w - anchor[i]) * towards;
            weights[i] = w - (first[i] * stepSize / (MathF.Sqrt(second[i]) + epsilon));
        }
    }
}
