using System.Collections.Frozen;

namespace ClinicalNlp.Training.Pretraining;

/// <summary>Words that some terminology lists as a name and that mean something else in nearly every text.</summary>
/// <remarks>
/// Drug lists hold allergens (foods), homeopathic substances and code names that are everyday words; disease lists hold acronyms that
/// are. Elements, gases and electrolytes are no members: oxygen and iron are given to patients.
/// </remarks>
internal static class OrdinaryWords
{
    private static readonly FrozenSet<string> Words = FrozenSet.ToFrozenSet(
        (
            // Function words.
            "a about above after again all also am among an and any are as at be because been before being below between both but by can "
            + "could did do does doing down during each few for from further go had has have having he her here hers him his how i if in into "
            + "is it its just let may me might more most must my no nor not now of off on once one only or other our out over own per same "
            + "she should so some such than that the their them then there these they this those through to too under until up upon us very "
            + "was we were what when where which while who whom why will with within without would you your "
            // Classification talk.
            + "unspecified specified other others classified elsewhere nos nec type types form forms group class stage grade level levels "
            + "status history condition conditions finding findings feature features sign signs symptom symptoms problem problems part parts "
            + "site sites side sides area unit units number amount disease diseases syndrome syndromes disorder disorders abnormality "
            + "abnormal absent irregular excessive severe mild moderate profound chronic acute onset progressive distal proximal borderline "
            + "localized generalized sporadic isolated dominant recessive autosomal adverse effect effects event events procedure surgery "
            + "surgeries counseling "
            // Everyday things that are somebody's name for a substance, a disease or a code.
            + "activity activities adult air apple apples balance balances beef body brother bus can cat coach chicken child children cold com "
            + "crushed date dates dish dog doors egg eggs fall family father feet female fish fit food foot gas girl boy hand hands head hip hit "
            + "hmm home horse house human husband joint lamb left leg life light lord male man met milk mother mouse mice neck orange pin pork "
            + "rabbit rat rats rice right room salmon sam school settle shrimp sister street supermarket taco ten tetris time tuna turkey water "
            + "wee wife woman women blood bone brain heart liver lung lungs kidney kidneys skin eye eyes ear ears nose mouth back arm chest "
            + "today tomorrow yesterday day days week weeks month months year years hour hours morning evening night "
            + "axis beam bore capture cardiac cotton deaths death dimension dimensions donor duck dye endocrine fig figs ganglion hanging infant "
            + "infants larynx lobulated malleus monitor monitors parent parents poly polys shot shots sibling siblings sinus stress thoracic "
            + "thyroid trachea twin twins members member collision cherry cabbage mushroom mushrooms cranberry bis mic "
            + "accident injury place contact exposure use operation work sport sports motion car train animal plant machine"
        ).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        StringComparer.OrdinalIgnoreCase
    );

    public static bool Contains(ReadOnlySpan<char> word) => Words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);
}
