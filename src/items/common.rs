//! Words that tell little of what the work is.

use super::words::stem;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Grammar, days, and the verbs of having begun: they tell nothing.
const EMPTY: &str = "\
    a about after again all already also am an and any are aren around as at back be because been before being but
    by can continue continued continues continuing could did didn do does doing don done down each few first
    for friday from further get gets getting go goes going good got had happy has hasn haven hadn doesn couldn shouldn wouldn wasn weren have having he her
    here him his how i if in into is isn it its just keep last let lets little ll lot made make makes making
    many may maybe me might mine monday more most much my need needs new next no not now of off on once one
    only or other others our out over own plan planned planning pr progress prs put puts quite re really s same
    saturday see she should so some something soon start started starting still stuff such sunday t take
    takes taking than that the their them then there these they thing things this those through thursday to
    today tomorrow too toward towards tried try two three trying tuesday until up us ve very was we wednesday week
    weeks well went were what when where which while who will with won work worked working works would yes
    yesterday yet you your";

/// What every group does with everything, and calls it by: it tells something only beside other words.
const GENERIC: &str = "\
    ability access account action add agree allow apply approach area ask aware backport base basic behavior
    better bit book branch bring bug build call change chat check clean clear close code come comment
    complete concern consider contact contribute coordinate core cover create current cut decide default
    define delete depend deploy describe design detail develop difference discuss doc document draft drop
    easy edit enable end ensure example exist expand expect expose extend feature feedback
    figure file fill final find finish fix focus folks follow format forward full function general give
    group guide handle hard help idea implement important improve include info information initial input
    investigate issue item join land large later lead leave like limit link list live local long
    look main maintain manage mean meeting member mention merge message minor minute miss modify move name
    note notes number offer open option order organize outline page part patch people perform
    person pick piece ping place point possible post prepare present previous problem process project
    propose provide publish pull push question quick raise reach read ready reason recent refactor reference
    relate release remain remember remove rename reply repo report repository request research resolve
    respond rest result return review revise right run say schedule section send series set setup
    share show side sign simple sit site slot small sort source spec split stage state status step stop
    story submit suggest summary support sure switch sync system table tackle talk task team tell test text
    think ticket time tool top topic total touch track triage turn type understand update upgrade use user
    usual value version wait want watch way weekly wg wip wonder world wrap write";

static EMPTY_WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| EMPTY.split_whitespace().collect());

static GENERIC_STEMS: LazyLock<BTreeSet<String>> =
    LazyLock::new(|| GENERIC.split_whitespace().map(stem).collect());

/// Whether a word, in lower case, is of grammar.
pub(super) fn is_empty(word: &str) -> bool {
    EMPTY_WORDS.contains(word)
}

/// Whether a stem is of a word that every group uses of everything.
pub(super) fn is_generic(stem: &str) -> bool {
    GENERIC_STEMS.contains(stem)
}
