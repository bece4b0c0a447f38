namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>y = x Φ(x), exact form (Hendrycks and Gimpel 2016).</summary>
public static class Gelu
{
    private const float InverseRootTwo = 0.70710678f;
    private const float InverseRootTwoPi = 0.39894228f;

    public static Value Apply(Tape tape, Value x)
    {
        string y = tape.Forward.Node("Gelu", [x.Name]);
        tape.Record(() =>
        {
            if (tape.GradientOf(y) is not { } dy)
                return;
            OnnxGraph backward = tape.Backward;
            string input = tape.Saved(x.Name);
            // dy/dx = Φ(x) + x φ(x)
            string erf = backward.Node("Erf", [backward.Node("Mul", [input, backward.Scalar(InverseRootTwo)])]);
            string half = backward.Scalar(0.5f);
            string cumulative = backward.Node("Add", [backward.Node("Mul", [erf, half]), half]);
            string square = backward.Node("Mul", [backward.Node("Mul", [input, input]), backward.Scalar(-0.5f)]);
            string density = backward.Node("Mul", [backward.Node("Exp", [square]), backward.Scalar(InverseRootTwoPi)]);
            string slope = backward.Node("Add", [cumulative, backward.Node("Mul", [input, density])]);
            tape.Contribute(x.Name, backward.Node("Mul", [dy, slope]));
        });
        return new Value(y, x.Width);
    }
}
