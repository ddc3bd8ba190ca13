# SPDX-License-Identifier: Apache-2.0
# From the contract (openapi.json) to the requests of one tenant that name what another tenant has: an array of
# {op, method, path, slot, kind, body, type}. Each place where an id may stand (path, query, body) is asked with every
# kind of id, and with one that nobody has; lists and searches with the words and the cursors of the other. $ids: kind →
# id, $nobody: an id, $words: what to search for, $cursors: path → cursor. A place of which nobody says where an id for
# it comes from ends the program.

. as $doc
| def deref: if type == "object" and has("$ref")
    then .["$ref"] as $at | $doc | getpath($at | ltrimstr("#/") | split("/")) | deref else . end;
  def is_id($schema): . != "profile_id" and (. == "id" or test("_ids?$") or $schema.format == "uuid" or $schema.items.format == "uuid");

  def is_plain_text: .type == "string" and (has("format") or has("pattern") | not);

  # The least that the rules of a schema accept, and of what may stay away one text, so that something would change.
  def least:
    deref
    | if .enum then .enum[0]
      elif .type == "object" then
        . as $s | (.required // ([.properties // {} | to_entries[] | select(.value | is_plain_text) | .key] | .[:1]))
        | reduce .[] as $name ({}; .[$name] = ($s.properties[$name] | least))
      elif .type == "array" then [range(.minItems // 0) as $i | .items | least]
      elif .type == "integer" or .type == "number" then .minimum // 1
      elif .type == "boolean" then true
      elif .format == "email" then "nobody@other.example"
      elif .format == "uri" then "http://other.example/"
      else "other tenant"[:.maxLength // 12] end;

  # What an id in this place is an id of.
  def kind($path; $name):
    ($name | sub("s$"; "")) as $one
    | if $name == "company_ids" and ($path | contains("{company_id}")) then "other_company_id"
      elif $one == "id" or $one == "job_id" then $path | sub("/\\{.*"; "") else $one end;

  def places($path):
    [$path | scan("\\{([a-z_]+)\\}")[0] | {name: ., in: "path", schema: {}}]
    + [(.parameters // [])[] | deref | {name, in, schema: (.schema | deref)}]
    + [(.requestBody.content["application/json"].schema // {} | deref | .properties // {} | to_entries[]
        | {name: .key, in: "body", schema: (.value | deref)})]
    | unique_by(.name)
    | map(select(.in != "header" and (.in != "path" or (("{" + .name + "}") as $n | $path | contains($n))))
          | select(.in == "path" or (.name as $n | .schema as $s | $n | is_id($s)))
          | . + {kind: kind($path; .name)});

  # What stands in a path and is no id: the first of a list of words, a number, the one profile that each tenant has.
  def word: if .schema.enum then .schema.enum[0] elif .schema.type == "integer" then "1"
    elif .name == "profile_id" then "default" else empty end;
  def with_words($path):
    reduce ((.parameters // [])[] | deref | select(.in == "path") | .schema |= deref | {name, word: word}) as $p
      ($path; sub("\\{" + $p.name + "\\}"; $p.word));

  def known: if $ids[.kind] then . else
    error("no id is known for \(.name) in \(.kind): say in tests/faults/tenants where one comes from") end;

  # One request: `slot` filled with `id`, every other id with one of its own kind.
  def ask($op; $slot; $kind; $id):
    reduce $op.places[] as $p ($op | del(.places, .has_search);
      (if $p.name == $slot.name then $id else $ids[$p.kind] end) as $value
      | if $p.in == "path" then
          (.path |= sub("\\{" + $p.name + "\\}"; $value))
          | .body |= if type == "object" then del(.[$p.name]) else . end
        elif $p.name != $slot.name and ($p.name as $n | $op.required | index($n) | not) then .
        elif $p.in == "query" then .path += (if .path | contains("?") then "&" else "?" end) + "\($p.name)=\($value)"
        else .body[$p.name] = (if $p.schema.type == "array" then [$value] else $value end) end)
    | del(.required) + {slot: ($slot.in // ""), kind: $kind, id: $id, is_own_kind: ($kind != null and $slot.kind == $kind),
        place: "\($op.method) \($op.path) \($slot.name)"};

  def with_query($more): .path += (if .path | contains("?") then "&" else "?" end) + $more;

  [ .paths | to_entries[] | .key as $main | .value | to_entries[]
    | .value as $o | (.key | ascii_upcase) as $method
    | ($o | with_words(([$main] + ($o["x-aliases"] // []))[])) as $path
    | ($o | places($path) | map(known)) as $places
    | ($o.requestBody.content // {} | to_entries[0]) as $content
    | { op: $o.operationId, method: $method, path: $path, places: $places, role: $o["x-role"],
        required: ($content.value.schema // {} | deref | .required // []),
        has_search: any($o.parameters[]?; .name == "search"),
        type: $content.key,
        body: (if $content.key == "application/json" then $content.value.schema | least
               elif $content then "name,domain\nOther BV,other.example\n" else null end) }
    | . as $op
    | ( select(any($places[]; .in == "path" or (.name as $name | $op.required | index($name))) | not)
        | ask($op; {}; null; null)
        | ., ($words[] as $word | select($op.has_search) | . + {word: $word} | with_query("search=" + ($word | @uri)))),
      ($places[] as $p | ($ids + {nobody: $nobody}) | to_entries[] | ask($op; $p; .key; .value)) ]
  # The cursor of one tenant's list, in the hands of the other.
  | . + [ .[] | select(.method == "GET" and .word == null and $cursors[.path]) | . as $r
          | . + {slot: "cursor"} | with_query("after=" + ($cursors[$r.path] | @uri)) ]
  | to_entries | map({n: .key} + .value)
