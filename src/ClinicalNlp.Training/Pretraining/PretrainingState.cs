using System.Runtime.InteropServices;
using System.Text.Json;

namespace ClinicalNlp.Training.Pretraining;

/// <summary>What a pretraining has reached, in a folder beside its output, so that a run that was killed goes on where it was.</summary>
/// <remarks>Arrays are written beside their place and renamed; the state names the ones that belong together and is renamed last.</remarks>
internal sealed class PretrainingState
{
    /// <summary>Added to the output folder's name.</summary>
    public const string FolderMark = ".pretraining";

    private const string StateFile = "state.json";

    private readonly string folder;
    private Reached reached;

    private PretrainingState(string folder, Reached reached)
    {
        this.folder = folder;
        this.reached = reached;
    }

    public string Phase => reached.Phase;

    /// <summary>Steps of the phase that are done.</summary>
    public long Done => reached.Done;

    /// <summary>Opens the state of the same request, or begins one.</summary>
    /// <param name="request">Everything that decides the result; a state of another request is refused.</param>
    /// <exception cref="UnusableInputException"><c>other_pretraining</c>.</exception>
    public static PretrainingState Open(string outputDirectory, string request)
    {
        string place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(outputDirectory)) + FolderMark;
        Directory.CreateDirectory(place);
        string file = Path.Combine(place, StateFile);
        if (!File.Exists(file))
        {
            PretrainingState begun = new(place, new Reached(request, "", 0, []));
            begun.Save("", 0, []);
            return begun;
        }
        Reached found;
        try
        {
            found = JsonSerializer.Deserialize<Reached>(File.ReadAllBytes(file))!;
        }
        catch (JsonException e)
        {
            throw new UnusableInputException(
                "other_pretraining",
                $"The state of a pretraining in it cannot be read ({e.GetType().Name}); delete the folder to start again.",
                place
            );
        }
        return found.Request == request
            ? new PretrainingState(place, found)
            : throw new UnusableInputException(
                "other_pretraining",
                "It holds a pretraining with other texts or settings; go on with those, delete the folder, or choose another --out.",
                place
            );
    }

    /// <summary>Keeps the arrays of a phase and how far it is.</summary>
    public void Save(string phase, long done, IReadOnlyList<float[]> arrays)
    {
        string[] files = new string[arrays.Count];
        for (int i = 0; i < files.Length; i++)
        {
            // Two generations by turns: the older one stays whole until the state names the newer.
            files[i] = $"{phase}-{i}-{(reached.Files.Contains($"{phase}-{i}-a.bin") ? 'b' : 'a')}.bin";
            using FileStream stream = File.Create(Path.Combine(folder, files[i]));
            stream.Write(MemoryMarshal.AsBytes(arrays[i].AsSpan()));
            stream.Flush(flushToDisk: true);
        }
        reached = reached with { Phase = phase, Done = done, Files = files };
        string temporary = Path.Combine(folder, StateFile + ".tmp");
        using (FileStream stream = File.Create(temporary))
        {
            JsonSerializer.Serialize(stream, reached);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, Path.Combine(folder, StateFile), overwrite: true);
    }

    /// <summary>Fills the arrays with what was saved of this phase; false when nothing was.</summary>
    /// <exception cref="UnusableInputException"><c>other_pretraining</c>: the sizes are others.</exception>
    public bool Restore(string phase, IReadOnlyList<float[]> arrays)
    {
        if (reached.Phase != phase)
            return false;
        for (int i = 0; i < arrays.Count; i++)
        {
            using FileStream stream = File.OpenRead(Path.Combine(folder, reached.Files[i]));
            Span<byte> bytes = MemoryMarshal.AsBytes(arrays[i].AsSpan());
            if (stream.Length != bytes.Length)
                throw new UnusableInputException("other_pretraining", "What was saved in it does not fit the texts.", folder);
            stream.ReadExactly(bytes);
        }
        return true;
    }

    /// <summary>A file that one phase leaves for the next.</summary>
    public string PathOf(string file) => Path.Combine(folder, file);

    /// <summary>The result is in its place.</summary>
    public void Delete() => Directory.Delete(folder, recursive: true);

    private sealed record Reached(string Request, string Phase, long Done, string[] Files);
}
