//! Words that tell little of what the work is.

use super::words::stem;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Grammar, days, and the verbs of having begun: they tell nothing.
const EMPTY: &str = "\
    a able about above across actual actually additional after afterwards again against ago ahead all along already \
    also although always am an and another any anyone anything anyway april are aren around as at august available \
    back basically be became because become becomes been before behind being believe believes below between big bits \
    both briefly bunch but by came can certainly clearly completely concerning continue continued continues \
    continuing could couldn couple currently day days december definitely did didn directly do does doesn \
    doing don done down due during each earlier either else enough especially even eventually every everyone \
    everything exactly february feel feels felt few finally first for friday from fully further gave generally get \
    gets getting given go goes going good got great had hadn happy has hasn have haven having he her here herself \
    high him himself his hope hopefully hopes hour hours how however i if in instead into is isn it its itself \
    january july june just keep kind knew know known knows last late least let lets likely little ll lot lots low \
    made mainly make makes making many march may maybe me might mine minutes monday month months more most mostly \
    much multiple my myself need needs neither never new next nice no nobody not nothing november now obviously \
    october of off often old on once one only or other others otherwise our ourselves out over own particular \
    particularly past per perhaps plan planned planning please possibly pr previously probably progress prs put puts \
    quickly quite rather re really recently regarding relevant s said same saturday says see seem seemed seems seen \
    sense separate september several she should shouldn similar simply slightly so some somebody someone something \
    sometimes somewhere soon start started starting still stuff such sunday t take takes taking tell than that the \
    their them themselves then there therefore these they thing things this those though thought three through \
    thursday to today together told tomorrow too took toward towards tried try trying tuesday two under unlikely \
    until up upcoming us used uses using usually ve very via was wasn we wednesday week weeks well went were weren \
    what when where whether which while who whole why will with within without won work worked working works worth \
    would wouldn year years yes yesterday yet you your yourself";

/// What every group does with everything, and calls it by: it tells something only beside other words.
const GENERIC: &str = "\
    ability accept access account action add address adopt agenda agree aim allow alternative announce answer api \
    apply approach appropriate approval approve archive area ask assign attempt author await aware backport base \
    basic behavior benefit better bit board book branch break bring broad bug build call capture case chair change \
    channel chat check clarify clean clear close code collaborate collect combine come comment communicate community \
    complete concern conclusion concrete confirm conflict connect consider contact context contribute contributor \
    convert coordinate core cover create current custom cut data date deal decide decision default define delay \
    delete depend deploy describe design detail determine develop difference direction discuss discussion doc \
    document draft drop easy edit effect effective effort email enable encourage end engage ensure error event \
    example exist expand expect experience experiment explain expose extend fail feature feedback feel figure file \
    fill final find finish fix flag focus folks follow form format forward foundation full function future gather \
    general generate github give global goal group guide handle happen hard header help helpful highlight hold host \
    idea identify implement important improve include incorporate info information initial input integrate intent \
    interest introduce investigate involve issue item job join key land large later lead leave level like limit line \
    link list live local location long look main maintain major manage mark mean meeting member mention merge \
    message method minor minute miss mode modify moment move name necessary note notes notify number object \
    objection offer official open option order organization organize outline page paragraph part pass patch path \
    people perform person phrase pick piece ping place point policy possible post potential practice prepare present \
    previous prioritize problem process project proposal propose provide public publish pull push question quick \
    raise reach read ready reason recent refactor reference reflect relate release remain remember remove rename \
    replace reply repo report repository request require requirement research resolve resource respond rest result \
    return review revise rfc right role rule run say schedule second section send sentence series session set setup \
    share show side sign simple single sit site situation slack slot small solution sort source spec specific \
    specification spend split stable stage state statement status step stop story strategy submit suggest summarize \
    summary support sure switch sync system table tackle tag talk task team tell template term test text think \
    ticket time title tool top topic total touch track transfer triage turn type understand update upgrade usage use \
    useful user usual valid value version view volunteer vote wait want watch way web website weekly wg wip wonder \
    wording world wrap write";

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
