using System.Runtime.InteropServices;

namespace ClinicalNlp.Annotation.Training;

/// <summary>Lets everything else in the process go first.</summary>
internal static partial class LowPriority
{
    private const int PrioProcess = 0;
    private const int Niceness = 10;

    /// <remarks>
    /// On Linux niceness belongs to a thread and threads that it starts inherit it, so that the workers of a training are low too;
    /// .NET's own thread priorities do nothing there.
    /// </remarks>
    public static void OfThisThread()
    {
        if (OperatingSystem.IsLinux())
        {
            // 0 names the calling thread. Failing costs nothing but responsiveness.
            _ = SetPriority(PrioProcess, 0, Niceness);
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, uint who, int priority);
}
