using System.Globalization;

namespace ClinicalNlp.Server.Hosting;

/// <summary>The data folder of one running service. Held until disposed, so that a second service cannot train and promote beside it.</summary>
public sealed class DataFolder : IDisposable
{
    private const string LockName = "server.lock";
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    /// <exception cref="UnusableInputException"><c>data_in_use</c>, <c>storage_read_only</c></exception>
    public static DataFolder Claim(string path)
    {
        var file = System.IO.Path.Combine(path, LockName);
        try
        {
            Directory.CreateDirectory(path);

            // FileShare.None is an advisory lock that the system drops with the process, however it ends: no stale lock to clean up.
            var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            stream.SetLength(0);
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            stream.Flush();
            return new DataFolder(path, stream);
        }
        catch (IOException) when (File.Exists(file))
        {
            throw new UnusableInputException(
                "data_in_use",
                $"The data folder {path} is in use by another running service; stop it or choose another with --data DIR."
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException("storage_read_only", $"The data folder {path} cannot be written: {e.Message}");
        }
    }

    public void Dispose() => _lock.Dispose();
}
