namespace ClinicalNlp.Server.Access;

public static class AccessHandler
{
    public const string CookieName = "clinicalnlp.session";
}
