using System.Net;
using System.Net.Sockets;

namespace ClinicalNlp.Server.Tests;

/// <summary>Ports for what has to be found again where it was, or is told its port.</summary>
internal static class FreePort
{
    // Below those that systems give to outgoing connections and to who asks for any (RFC 6335: from 49152; Linux: from 32768), so that
    // nobody is given it between here and whoever listens.
    private const int First = 20_000;
    private const int Count = 10_000;
    private static int s_next = Environment.ProcessId * 97;

    public static int Take()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref s_next) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // somebody has it
            }
        }

        throw new InvalidOperationException("No port is free.");
    }
}
