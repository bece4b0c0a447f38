namespace ClinicalNlp.Training.Pretraining;

/// <summary>What needs no terminology: units, routes, frequencies and number words, from rules of our own.</summary>
internal static class ClosedTerms
{
    public const string Unit = "unit";
    public const string Route = "route";
    public const string Frequency = "frequency";
    public const string NumberWord = "number-word";

    private static readonly string[] Numbers =
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ];

    private static readonly string[] Tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    public static void AddTo(TermDictionaryBuilder builder)
    {
        foreach ((string dictionary, IEnumerable<string> terms) in All())
        {
            foreach (string term in terms)
                builder.AddClosed(dictionary, term);
        }
    }

    private static IEnumerable<(string Dictionary, IEnumerable<string> Terms)> All() =>
        [(Unit, Units()), (Route, Routes()), (Frequency, Frequencies()), (NumberWord, NumberWords())];

    private static IEnumerable<string> Units()
    {
        string[] masses =
        [
            "mg",
            "mcg",
            "μg",
            "ug",
            "g",
            "gm",
            "kg",
            "ng",
            "pg",
            "gram",
            "milligram",
            "microgram",
            "kilogram",
            "nanogram",
            "grain",
        ];
        string[] amounts =
        [
            "mol",
            "mmol",
            "μmol",
            "umol",
            "nmol",
            "pmol",
            "mEq",
            "IU",
            "mIU",
            "U",
            "mU",
            "unit",
            "units",
            "mOsm",
            "cells",
            "copies",
        ];
        string[] volumes = ["mL", "L", "dL", "cc", "μL", "uL", "fL", "liter", "litre", "milliliter", "millilitre", "deciliter"];
        string[] times = ["h", "hr", "hour", "min", "minute", "s", "sec", "second", "day", "d", "wk", "week", "month", "year", "yr"];
        string[] bodies = ["kg", "m2", "lb"];
        string[] others =
        [
            .. "mmHg bpm cm mm m km inch inches in ft feet lb lbs pound oz ounce Hz kHz Gy cGy mSv rad % percent °C °F C F K mV msec ms".Split(
                ' '
            ),
            .. "teaspoon tablespoon tsp tbsp cup glass pack packs drink tablet tab capsule cap pill puff spray drop gtt patch vial ampule".Split(
                ' '
            ),
            .. "suppository lozenge scoop inhalation dose sachet bottle syringe kcal cal calorie joule J mm3 cm2 cm3 HPF LPF beats breaths".Split(
                ' '
            ),
            "mm Hg",
            "cm H2O",
            "beats per minute",
            "breaths per minute",
            "pack years",
            "x 10^9/L",
            "10^9/L",
            "mm/hr",
            "beats/min",
            "breaths/min",
            "mL/min/1.73 m2",
            "/HPF",
            "per HPF",
            "metered dose",
            "degrees Celsius",
            "degrees Fahrenheit",
            "French",
            "MET",
            "METs",
        ];
        foreach (string unit in masses.Concat(amounts).Concat(volumes).Concat(times).Concat(others))
            yield return unit;
        foreach (string quantity in masses.Concat(amounts).Concat(volumes))
        {
            foreach (string per in volumes.Concat(times).Concat(bodies).Append("dose").Append("mg").Append("g"))
            {
                yield return $"{quantity}/{per}";
                yield return $"{quantity} per {per}";
            }
            foreach (string body in bodies)
            {
                foreach (string time in times)
                    yield return $"{quantity}/{body}/{time}";
            }
        }
    }

    private static IEnumerable<string> Routes() =>
        [
            .. "po iv im sc sq subq subcut sl pr pv ng neb nebs nebulized nebulizer oral orally intravenous intravenously iv push ivp ivpb".Split(
                ' '
            ),
            .. "intramuscular intramuscularly subcutaneous subcutaneously sublingual sublingually buccal topical topically rectal rectally".Split(
                ' '
            ),
            .. "vaginal vaginally inhaled inhalation intranasal intranasally nasal nasally transdermal transdermally ophthalmic otic".Split(
                ' '
            ),
            .. "intrathecal intrathecally epidural intradermal intradermally intraarticular intraperitoneal intraperitoneally".Split(' '),
            .. "intravesical intravitreal intraosseous intratracheal enteral parenteral enterally parenterally percutaneous".Split(' '),
            "p.o.",
            "i.v.",
            "i.m.",
            "s.c.",
            "s.l.",
            "p.r.",
            "p.v.",
            "i.p.",
            "i.n.",
            "sub-q",
            "by mouth",
            "per os",
            "per rectum",
            "per vagina",
            "by inhalation",
            "by injection",
            "under the tongue",
            "under the skin",
            "to the skin",
            "to skin",
            "in the nose",
            "in each nostril",
            "each nostril",
            "both eyes",
            "each eye",
            "in both eyes",
            "in each eye",
            "right eye",
            "left eye",
            "affected area",
            "to affected area",
            "swish and swallow",
            "swish and spit",
            "IV push",
            "IV drip",
            "IV bolus",
            "IV infusion",
            "intravenous infusion",
            "intravenous drip",
            "G-tube",
            "J-tube",
            "NG tube",
            "via G-tube",
            "via NG tube",
            "via PEG tube",
            "per NG tube",
            "per G-tube",
            "feeding tube",
            "metered dose inhaler",
        ];

    private static IEnumerable<string> Frequencies()
    {
        foreach (
            string word in "bid tid qid qd qod qhs qam qpm prn hs stat daily nightly weekly biweekly monthly hourly yearly annually b.i.d. t.i.d. q.i.d. q.d. q.o.d. q.h.s. q.a.m. q.p.m. p.r.n. h.s. q.day qday qweek qmonth qwk qac qn od".Split(
                ' '
            )
        )
            yield return word;
        foreach (
            string phrase in (string[])
                [
                    "as needed",
                    "as directed",
                    "at bedtime",
                    "at night",
                    "before bed",
                    "before meals",
                    "after meals",
                    "with meals",
                    "with food",
                    "with breakfast",
                    "with dinner",
                    "with supper",
                    "before breakfast",
                    "in the morning",
                    "in the evening",
                    "in the afternoon",
                    "around the clock",
                    "q. day",
                    "q day",
                    "q hs",
                    "q am",
                    "q pm",
                    "q week",
                    "q month",
                    "q shift",
                    "q a.m.",
                    "q p.m.",
                    "q. a.m.",
                    "q. p.m.",
                    "q.h.s. prn",
                    "continuous infusion",
                ]
        )
            yield return phrase;
        string[] periods =
        [
            "hour",
            "day",
            "week",
            "month",
            "year",
            "minute",
            "morning",
            "evening",
            "night",
            "afternoon",
            "meal",
            "dose",
            "shift",
        ];
        foreach (string period in periods)
        {
            yield return $"every {period}";
            yield return $"each {period}";
            yield return $"every other {period}";
            yield return $"on alternate {period}s";
        }
        string[] counts = [.. Numbers, .. Enumerable.Range(1, 72).Select(number => number.ToString())];
        string[] spans = ["hour", "hr", "h", "day", "week", "wk", "month", "minute", "min", "year"];
        foreach (string count in counts)
        {
            foreach (string span in spans)
                yield return $"every {count} {span}";
            yield return $"q{count}h";
            yield return $"q{count}hr";
            yield return $"q {count} h";
            yield return $"q {count} hour";
            yield return $"q. {count} h.";
            yield return $"q. {count} hour";
            yield return $"q.{count}h";
            yield return $"q{count}";
            yield return $"q{count}d";
            yield return $"q{count}wk";
            yield return $"q{count}min";
            yield return $"q {count} week";
            yield return $"q {count} day";
        }
        (int From, int To)[] ranges = [(2, 3), (2, 4), (3, 4), (4, 6), (4, 8), (6, 8), (8, 12), (12, 24), (1, 2), (5, 10)];
        foreach ((int from, int to) in ranges)
        {
            foreach (string span in spans)
            {
                yield return $"every {from}-{to} {span}";
                yield return $"every {from} to {to} {span}";
                yield return $"q{from}-{to} {span}";
                yield return $"q {from}-{to} {span}";
            }
            yield return $"q{from}-{to}h";
        }
        string[] times =
        [
            "once",
            "twice",
            "thrice",
            .. Numbers.Select(number => number + " times"),
            .. Enumerable.Range(1, 12).Select(n => n + " times"),
        ];
        foreach (string time in times)
        {
            yield return time;
            foreach (string rate in (string[])["daily", "nightly", "weekly", "monthly", "yearly"])
                yield return $"{time} {rate}";
            foreach (string period in (string[])["day", "week", "month", "year", "night", "hour"])
            {
                yield return $"{time} a {period}";
                yield return $"{time} per {period}";
                yield return $"{time} every {period}";
                yield return $"{time} each {period}";
                yield return $"{time}/{period}";
            }
        }
        for (int times1 = 1; times1 <= 6; times1++)
        {
            foreach (string period in (string[])["day", "d", "week", "wk", "daily", "month"])
            {
                yield return $"{times1}x/{period}";
                yield return $"{times1}x {period}";
                yield return $"{times1} x {period}";
            }
            yield return $"x{times1}";
            yield return $"x {times1}";
            yield return $"{times1}x";
        }
    }

    private static IEnumerable<string> NumberWords()
    {
        foreach (string number in Numbers.Concat(Tens))
            yield return number;
        foreach (
            string word in "zero thirteen fourteen fifteen sixteen seventeen eighteen nineteen hundred thousand million half third quarter several few couple dozen dozens single double triple first second third fourth fifth sixth seventh eighth ninth tenth once twice multiple many".Split(
                ' '
            )
        )
            yield return word;
        foreach (
            string phrase in (string[])
                ["a few", "a couple", "a couple of", "a dozen", "a half", "one half", "one and a half", "half a", "a number of"]
        )
            yield return phrase;
        foreach (string ten in Tens)
        {
            foreach (string number in Numbers[..9])
                yield return $"{ten}-{number}";
        }
    }
}
