using ClinicalNlp.Server.Hosting;

namespace ClinicalNlp.Server.Tests.Hosting;

public class ServerOptionsTests
{
    private const string Home = "/somewhere";

    [Fact]
    public void Listens_on_loopback_by_default() => Assert.Equal(["http://127.0.0.1:5080"], ServerOptions.Parse([], null, Home).Urls);

    [Fact]
    public void The_variable_names_the_addresses() =>
        Assert.Equal(
            ["http://0.0.0.0:8080", "http://[::1]:8081"],
            ServerOptions.Parse([], "http://0.0.0.0:8080; http://[::1]:8081", Home).Urls
        );

    [Theory]
    [InlineData("--port", "6000")]
    [InlineData("--port=6000", null)]
    public void The_port_wins_over_the_variable(string first, string? second) =>
        Assert.Equal(
            ["http://127.0.0.1:6000"],
            ServerOptions.Parse(second is null ? [first] : [first, second], "http://0.0.0.0:8080", Home).Urls
        );

    [Fact]
    public void Folders_lie_in_the_repository_unless_said_otherwise()
    {
        var options = ServerOptions.Parse(["--data", "/elsewhere"], null, Home);
        Assert.Equal("/elsewhere", options.DataDirectory);
        Assert.Equal("/somewhere/models", options.ModelsDirectory);
        Assert.Equal("/somewhere/corpora", options.CorporaDirectory);
    }

    [Fact]
    public void The_queue_has_a_worker_for_each_processor_unless_said_otherwise()
    {
        Assert.Equal(Environment.ProcessorCount, ServerOptions.Parse([], null, Home).Workers);
        var options = ServerOptions.Parse(["--workers", "3", "--queue=7"], null, Home);
        Assert.Equal((3, 7), (options.Workers, options.QueueLength));
    }

    [Theory]
    [InlineData("--port", "80000")]
    [InlineData("--port", "http")]
    [InlineData("--port")]
    [InlineData("--prot", "1")]
    [InlineData("--no-demo=1")]
    [InlineData("--workers", "0")]
    [InlineData("--queue=many")]
    public void An_option_that_cannot_be_used_is_refused_with_the_usage(params string[] arguments)
    {
        var error = Assert.Throws<UnusableInputException>(() => ServerOptions.Parse(arguments, null, Home));
        Assert.Equal("bad_option", error.Code);
        Assert.Contains("--port N", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_folder_has_one_service()
    {
        var path = Directory.CreateTempSubdirectory("clinicalnlp-").FullName;
        using (DataFolder.Claim(path))
        {
            var error = Assert.Throws<UnusableInputException>(() => DataFolder.Claim(path));
            Assert.Equal("data_in_use", error.Code);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }

        DataFolder.Claim(path).Dispose();
        Directory.Delete(path, recursive: true);
    }
}
