using ClinicalNlp;
using ClinicalNlp.Server;
using ClinicalNlp.Server.Hosting;
using Microsoft.AspNetCore.Connections;

try
{
    var home = ServerOptions.FindHome(AppContext.BaseDirectory, Environment.CurrentDirectory);
    var options = ServerOptions.Parse(args, Environment.GetEnvironmentVariable("ASPNETCORE_URLS"), home);
    using var folder = DataFolder.Claim(options.DataDirectory);
    await using var app = ServerApplication.Build(options);
    Console.WriteLine(await Startup.StartAsync(app));
    await app.WaitForShutdownAsync();
    return 0;
}
catch (UnusableInputException e)
{
    Console.Error.WriteLine(e.Message);
    return e.Code == "bad_option" ? 2 : 1;
}
catch (IOException e) when (e.InnerException is AddressInUseException)
{
    Console.Error.WriteLine($"{e.Message} Stop what uses it, or choose another with --port N.");
    return 1;
}
