# One readable line for each criterion of an alert record, as kcat -J gives it.
# $before: partition -> end offset when reading began; what lies below was published earlier and is marked so.

def header($name): (.headers // []) as $h | ($h | index([$name])) as $i | if $i then $h[$i + 1] else null end;

def code: .code.coding[0].code // "";

def number_or_range:
  if .valueQuantity then (.valueQuantity | "\(if .comparator then .comparator + " " else "" end)\(.value)")
  elif .valueRange then "\(.valueRange.low.value)-\(.valueRange.high.value)"
  else "?" end;

def component($wanted): [.component[]? | select(code == $wanted) | .valueQuantity.value][0];

def score:
  component("score-min") as $min | component("score-max") as $max
  | if .valueQuantity == null then "score withdrawn"
    else "score \(if $min != null and $min != $max then "\($min)-\($max)" else "\(.valueQuantity.value)" end)"
      + ([.referenceRange[0]?.low.value // empty] | map(" (cut \(.))") | add // "")
    end;

# A component of points is named CRITERION-ITEM-points.
def items($criterion):
  [.component[]? | code as $c | select($c | endswith("-points"))
    | ($c | rtrimstr("-points") | ltrimstr($criterion + "-")) + " " + number_or_range]
  | join(", ");

# The header names the kind of the first event only; the others say it in their Flag.
def kind_of_flag:
  (.code.text // "") as $text
  | if .status == "entered-in-error" then "retraction"
    elif $text | test(": (corrected|gate confirmed, criteria met, |more of the panel known)") then "amendment"
    elif .status == "inactive" then (if $text | test(": closed") then "closure" else "resolution" end)
    elif $text | test(": criteria met( again|, worse)") then "worsening"
    elif $text | test(": re-evaluation due") then "re-evaluation-due"
    else "onset" end;

# The Flag that tells of a score.
def flag_of($url): [.[] | select(any(.extension[]?; .valueReference.reference == $url))][0];

def pad($width): . + (" " * ($width - length) // "");

def lines:
  . as $record
  | (if (.offset < ($before[.partition | tostring] // 0)) then "(earlier) " else "" end) as $mark
  | (.payload | fromjson | .entry) as $entries
  | [$entries[].resource | select(.resourceType == "Flag")] as $flags
  | [$entries[] | select(.resource.resourceType == "Observation")]
  | to_entries[]
  | .key as $n
  | .value.fullUrl as $url
  | .value.resource
  | (code | rtrimstr("-score")) as $criterion
  # A score without a Flag beside others that have one was told before, and has other numbers now.
  | ($flags | flag_of($url)) as $flag
  | (if $flag == null and ($flags | length) > 0 then "corrected"
     elif $n == 0 or $flag == null then ($record | header("coagwatch-alert"))
     else ($flag | kind_of_flag) end) as $kind
  | $mark + ([
      .effectiveDateTime // "no time",
      (.subject.reference // $record.key | pad(18)),
      ($criterion | pad(9)),
      ($kind | pad(10)),
      (score | pad(14)),
      items($criterion)
    ] | join("  "));

select(.payload != null)
| . as $record
| try lines catch "unreadable alert at partition \($record.partition) offset \($record.offset): \(.)"
