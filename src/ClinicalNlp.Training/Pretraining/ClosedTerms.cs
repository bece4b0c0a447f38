namespace ClinicalNlp.Training.Pretraining;

/// <summary>What needs no terminology: units, routes, frequencies and number words, from rules of our own.</summary>
/// <remarks>Letters that are units only behind a number (s, d, m, C) and words that mostly are none (in, second) stand in compounds only.</remarks>
internal static class ClosedTerms
{
    public const string Unit = "unit";
    public const string Route = "route";
    public const string Frequency = "frequency";
    public const string NumberWord = "number-word";

    private static readonly string[] Numbers = List("one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve");
    private static readonly string[] Tens = List("twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety");

    public static void AddTo(TermDictionaryBuilder builder)
    {
        AddAll(Unit, Units());
        AddAll(Route, Routes());
        AddAll(Frequency, Frequencies());
        AddAll(NumberWord, NumberWords());

        void AddAll(string dictionary, IEnumerable<string> terms)
        {
            foreach (string term in terms)
                builder.AddClosed(dictionary, term);
        }
    }

    private static IEnumerable<string> Units()
    {
        string[] amounts = List(
            "mg|mcg|μg|ug|g|gm|kg|ng|pg|gram|milligram|microgram|kilogram|nanogram|grain|mol|mmol|μmol|umol|nmol|pmol|mEq|IU|mIU|U|mU|unit|mOsm"
        );
        string[] volumes = List("mL|L|dL|cc|μL|uL|fL|liter|litre|milliliter|millilitre|deciliter");
        string[] times = List("h|hr|hour|min|minute|sec|day|wk|week|month|year|yr");
        string[] bodies = List("kg|m2|lb");
        string[] others = List(
            "mmHg|mm Hg|cm H2O|bpm|beats per minute|beats/min|breaths per minute|breaths/min|cm|mm|km|inch|ft|lb|pound|oz|ounce|cm2|cm3|mm3|mm/hr"
                + "|%|percent|°C|°F|degrees Celsius|degrees Fahrenheit|Hz|kHz|Gy|cGy|mSv|rad|mV|msec|kcal|calorie|joule|HPF|LPF|/HPF|per HPF"
                + "|teaspoon|tablespoon|tsp|tbsp|cup|glass|pack|drink|pack years|tablet|tab|capsule|cap|pill|puff|spray|drop|gtt|patch|vial"
                + "|ampule|suppository|lozenge|scoop|inhalation|dose|sachet|bottle|syringe|metered dose|10^9/L|x 10^9/L|mL/min/1.73 m2"
        );
        foreach (string unit in (IEnumerable<string>)[.. amounts, .. volumes, .. times, .. others])
            yield return unit;
        string[] pers = [.. volumes, .. times, .. bodies, .. List("d|s|dose|mg|g|mmol")];
        foreach (string quantity in (IEnumerable<string>)[.. amounts, .. volumes, "cells", "copies"])
        {
            foreach (string per in pers)
            {
                yield return $"{quantity}/{per}";
                yield return $"{quantity} per {per}";
            }
            foreach (string body in bodies)
            {
                foreach (string time in (IEnumerable<string>)[.. times, "d"])
                    yield return $"{quantity}/{body}/{time}";
            }
        }
    }

    private static string[] Routes() =>
        List(
            "po|p.o.|per os|by mouth|oral|orally|iv|i.v.|ivp|ivpb|IV push|IV drip|IV bolus|IV infusion|intravenous|intravenously"
                + "|intravenous infusion|intravenous drip|im|i.m.|intramuscular|intramuscularly|sc|s.c.|sq|subq|sub-q|subcut|subcutaneous"
                + "|subcutaneously|under the skin|intradermal|intradermally|by injection|sl|s.l.|sublingual|sublingually|under the tongue|buccal"
                + "|topical|topically|to the skin|to skin|affected area|to affected area|to the affected area|transdermal|transdermally|percutaneous"
                + "|pr|p.r.|per rectum|rectal|rectally|pv|p.v.|per vagina|vaginal|vaginally|inhaled|inhalation|by inhalation|neb|nebs|nebulized"
                + "|nebulizer|metered dose inhaler|nasal|nasally|intranasal|intranasally|i.n.|in the nose|each nostril|in each nostril|ophthalmic"
                + "|otic|each eye|both eyes|right eye|left eye|in each eye|in both eyes|in the right eye|in the left eye|each ear|both ears"
                + "|intrathecal|intrathecally|epidural|intraarticular|intraperitoneal|intraperitoneally|i.p.|intravesical|intravitreal|intraosseous"
                + "|intratracheal|enteral|enterally|parenteral|parenterally|ng|NG tube|via NG tube|per NG tube|G-tube|via G-tube|per G-tube"
                + "|J-tube|via J-tube|via PEG tube|feeding tube|via feeding tube|swish and swallow|swish and spit"
        );

    private static IEnumerable<string> Frequencies()
    {
        string[] plain = List(
            "bid|tid|qid|qd|qod|qhs|qam|qpm|qn|od|hs|prn|stat|qac|qday|qweek|qwk|qmonth|b.i.d.|t.i.d.|q.i.d.|q.d.|q.o.d.|q.h.s.|q.a.m.|q.p.m."
                + "|h.s.|p.r.n.|q.day|q. day|q day|q hs|q am|q pm|q a.m.|q p.m.|q. a.m.|q. p.m.|q week|q month|q shift|daily|nightly|hourly"
                + "|weekly|biweekly|monthly|yearly|annually|as needed|as directed|at bedtime|at night|before bed|before meals|after meals"
                + "|with meals|with food|with breakfast|with dinner|with supper|before breakfast|in the morning|in the afternoon|in the evening"
                + "|around the clock|continuous infusion"
        );
        foreach (string phrase in plain)
            yield return phrase;
        foreach (string period in List("hour|minute|day|week|month|year|morning|afternoon|evening|night|meal|dose|shift"))
        {
            yield return $"every {period}";
            yield return $"each {period}";
            yield return $"every other {period}";
            yield return $"on alternate {period}s";
        }
        foreach (string phrase in Intervals().Concat(Rates()))
            yield return phrase;
    }

    /// <summary>"every 6 hours", "q6h", "q. 4-6 hours".</summary>
    private static IEnumerable<string> Intervals()
    {
        string[] spans = List("hour|hr|h|day|week|wk|month|minute|min|year");
        string[] counts = [.. Numbers, .. Enumerable.Range(1, 72).Select(count => count.ToString())];
        (int From, int To)[] ranges = [(1, 2), (2, 3), (2, 4), (3, 4), (4, 6), (4, 8), (5, 10), (6, 8), (8, 12), (12, 24)];
        IEnumerable<string> lengths = [.. counts, .. ranges.SelectMany(r => (string[])[$"{r.From}-{r.To}", $"{r.From} to {r.To}"])];
        foreach (string length in lengths)
        {
            yield return $"q{length}";
            yield return $"q.{length}h.";
            yield return $"q. {length} h.";
            foreach (string span in spans)
            {
                yield return $"every {length} {span}";
                yield return $"q {length} {span}";
                yield return $"q. {length} {span}";
                yield return $"q{length}{span}";
                yield return $"q{length} {span}";
                yield return $"q.{length}{span}";
            }
        }
    }

    /// <summary>"twice daily", "three times a week", "2x/day".</summary>
    private static IEnumerable<string> Rates()
    {
        string[] counts = [.. Numbers, .. Enumerable.Range(1, 12).Select(count => count.ToString())];
        foreach (string times in (IEnumerable<string>)[.. List("once|twice|thrice"), .. counts.Select(count => count + " times")])
        {
            yield return times;
            foreach (string rate in List("daily|nightly|weekly|monthly|yearly"))
                yield return $"{times} {rate}";
            foreach (string period in List("day|week|month|year|night|hour"))
            {
                foreach (string per in List("a |per |every |each |/"))
                    yield return $"{times} {per}{period}";
            }
        }
        for (int times = 1; times <= 6; times++)
        {
            yield return $"x{times}";
            yield return $"x {times}";
            foreach (string period in List("day|d|week|wk|daily|month"))
            {
                yield return $"{times}x/{period}";
                yield return $"{times}x {period}";
            }
        }
    }

    private static IEnumerable<string> NumberWords()
    {
        string[] plain = List(
            "zero|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|hundred|thousand|million|half|a half|one half|one and a half|half a"
                + "|third|quarter|several|few|a few|couple|a couple|a couple of|dozen|a dozen|single|double|triple|first|second|fourth|fifth|sixth"
                + "|seventh|eighth|ninth|tenth|once|twice|multiple|many|a number of"
        );
        foreach (string number in (IEnumerable<string>)[.. plain, .. Numbers, .. Tens])
            yield return number;
        foreach (string ten in Tens)
        {
            foreach (string number in Numbers[..9])
                yield return $"{ten}-{number}";
        }
    }

    private static string[] List(string terms) => terms.Split('|');
}
