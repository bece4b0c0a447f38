using ClinicalNlp.Annotation.Access;

namespace ClinicalNlp.Tests.Annotation.Access;

public class RightsTests
{
    [Fact]
    public void A_person_has_the_roles_they_were_given_and_an_administrator_every_one()
    {
        var roles = new Dictionary<string, ProjectRole> { ["a"] = ProjectRole.Annotator, ["b"] = ProjectRole.Manager };
        var person = Rights.OfPerson(false, roles);
        Assert.Equal((ProjectRole.Annotator, ProjectRole.Manager, null), (person.In("a"), person.In("b"), person.In("c")));
        Assert.Equal((null, ProjectRole.Manager, true), (person.Everywhere, person.Somewhere, person.MayExtract));
        Assert.Equal(ProjectRole.Administrator, Rights.OfPerson(true, roles).In("c"));
        var nobody = Rights.OfPerson(false, new Dictionary<string, ProjectRole>());
        Assert.Equal((null, null, false), (nobody.Everywhere, nobody.Somewhere, nobody.MayExtract));
    }

    [Theory]
    [InlineData("Extract", null, null, true)]
    [InlineData("Annotate", null, ProjectRole.Annotator, false)]
    [InlineData("Extract Review Annotate", null, ProjectRole.Reviewer, true)]
    [InlineData("Manage", "p", null, false)]
    [InlineData("Admin", null, ProjectRole.Administrator, true)]
    public void A_key_has_what_its_scopes_are_worth(string scopes, string? project, ProjectRole? everywhere, bool extract)
    {
        var rights = Rights.OfKey([.. scopes.Split(' ').Select(Enum.Parse<KeyScope>)], project);
        Assert.Equal((everywhere, extract), (rights.Everywhere, rights.MayExtract));
        Assert.Equal(project is null ? everywhere : ProjectRole.Manager, rights.In("p"));
        Assert.Equal(everywhere, rights.In("other"));
    }
}
