using ClinicalNlp.Annotation.Projects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

[Collection(Chromium.Name)]
public sealed class ProjectsTests(Chromium chromium) : OneVisitor(chromium)
{
    private ProjectStore Projects => Server.App.Services.GetRequiredService<ProjectStore>();

    [Fact]
    public async Task The_first_project_and_the_second_are_made_on_the_page_and_renamed()
    {
        await Page.GotoAsync("/");
        await Page.GetByText("There is no project yet").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Make the project" }).WaitForAsync();
        await Person.PressAsync("n");
        await Page.Keyboard.TypeAsync("Letters");
        await Person.PressAsync("Enter");
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Letters", Exact = true }).WaitForAsync();
        await Page.GetByText("No documents yet").WaitForAsync();
        Assert.Equal(DefaultSchema.Labels.Select(label => label.Name), Projects.FindByName("Letters")!.Labels.Select(label => label.Name));

        await Page.GetByRole(AriaRole.Link, new() { Name = "Projects", Exact = true }).ClickAsync();
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Letters");
        await Page.GetByLabel("Begins with").SelectOptionAsync("what Letters has, without its guidelines");
        await Person.PressAsync("Enter");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Make the project" }).ClickAsync();
        await Page.GetByText("name_taken").WaitForAsync();
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Reports");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Make the project" }).ClickAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Reports", Exact = true }).WaitForAsync();
        var (letters, reports) = (Projects.FindByName("Letters")!, Projects.FindByName("Reports")!);
        Assert.Equivalent((letters.Labels, letters.Relations, letters.Attributes), (reports.Labels, reports.Relations, reports.Attributes));

        await Page.GetByRole(AriaRole.Link, new() { Name = "Projects", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Rename Reports" }).ClickAsync();
        await Page.Keyboard.TypeAsync(" of 2026");
        await Person.PressAsync("Enter");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Reports of 2026" }).WaitForAsync();
        await Person.PressAsync("j", "j", "o");
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Reports of 2026" }).WaitForAsync();
    }
}
