# For each source of a list, the files of ours that it is made of: itself and all headers it reaches.
#
# in: `FILE:#include "OTHER"` lines of all sources and headers, OTHER counted from the root as tests/layering/check
# demands; `FILE` lines ask.   out: `FILE OTHER OTHER...`
{
  cut = index($0, ":")
  if (cut == 0) { asked[++count] = $0; next }
  file = substr($0, 1, cut - 1)
  split($0, part, "\"")
  if (part[2] ~ /^(rules|fhir|daemon)\//) includes[file] = includes[file] " " part[2]
}
function reach(file,    list, n, i) {
  if (file in seen) return
  seen[file] = 1
  found = found " " file
  n = split(includes[file], list, " ")
  for (i = 1; i <= n; ++i) reach(list[i])
}
END {
  for (i = 1; i <= count; ++i) {
    split("", seen)
    found = ""
    reach(asked[i])
    print asked[i] found
  }
}
