-- Shows the Fizyr RPC protocol on TCP, and captures of `fizyr watch --save` of any
-- transport. docs/protocol.md and docs/capture.md are what it knows.
--
-- Install: copy this file to the folder that Wireshark's Help > About > Folders
-- names "Personal Lua Plugins", or run `tshark -X lua_script:fizyr_rpc.lua`.
-- Then name the ports in the preferences of the protocol
-- (`-o fizyr_rpc.ports:1337`), or use "Decode As" on a connection. Captures of
-- `fizyr watch` need neither.

local rpc = Proto("fizyr_rpc", "Fizyr RPC")
local capture = Proto("fizyr_watch", "Fizyr RPC, as fizyr watch saw it")

local LENGTH_LEN, HEADER_LEN = 4, 12
local REQUEST, RESPONSE, REQUESTER_UPDATE, RESPONDER_UPDATE, STREAM = 0, 1, 2, 3, 4
local TYPES = {
  [REQUEST] = "Request",
  [RESPONSE] = "Response",
  [REQUESTER_UPDATE] = "Requester update",
  [RESPONDER_UPDATE] = "Responder update",
  [STREAM] = "Stream message",
}
local ERROR = -1

local AUTOMATIC, LITTLE, BIG = 0, 1, 2
local ORDERS = { [LITTLE] = "little endian", [BIG] = "big endian" }

rpc.prefs.ports = Pref.range(
  "TCP ports", "", "Connections from or to these ports are Fizyr RPC", 65535
)
rpc.prefs.order = Pref.enum(
  "Byte order", AUTOMATIC, "Nothing on the wire tells it; automatic looks at the first message",
  { { 1, "Automatic", AUTOMATIC }, { 2, "Little endian", LITTLE }, { 3, "Big endian", BIG } }, true
)
rpc.prefs.largest_body = Pref.uint(
  "Largest body", 64 * 1024 * 1024, "A longer one, in bytes, is taken for a malformed frame"
)

local field = {
  length = ProtoField.uint32("fizyr_rpc.length", "Length", base.DEC, nil, nil, "What follows it, in bytes"),
  type = ProtoField.uint32("fizyr_rpc.type", "Type", base.DEC, TYPES),
  request_id = ProtoField.uint32("fizyr_rpc.request_id", "Request id"),
  service_id = ProtoField.int32("fizyr_rpc.service_id", "Service id"),
  service = ProtoField.int32(
    "fizyr_rpc.service", "Service asked for", base.DEC, nil, nil, "That of the request, for whatever belongs to it"
  ),
  body = ProtoField.bytes("fizyr_rpc.body", "Body"),
  text = ProtoField.string("fizyr_rpc.text", "Text", base.UNICODE, "A body that is printable UTF-8"),
  error = ProtoField.string("fizyr_rpc.error", "Error", base.UNICODE, "The text of an error response"),
  order = ProtoField.string("fizyr_rpc.order", "Byte order"),
  request_in = ProtoField.framenum(
    "fizyr_rpc.request_in", "Request in", base.NONE, frametype.REQUEST
  ),
  response_in = ProtoField.framenum(
    "fizyr_rpc.response_in", "Response in", base.NONE, frametype.RESPONSE
  ),
  time = ProtoField.relative_time("fizyr_rpc.time", "Time since the request"),
  undecoded = ProtoField.bytes("fizyr_rpc.undecoded", "Not decoded"),
}
rpc.fields = field

-- What stands in front of a message in a capture, big endian.
local CAPTURE_HEAD_LEN, CAPTURE_VERSION = 12, 1
local FLAG_BIG, FLAG_END, FLAG_BROKEN, FLAG_MORE, FLAG_CONTINUED = 1, 2, 4, 8, 16
local SIDES = { [0] = "client", [1] = "server" }
local packet = {
  version = ProtoField.uint8("fizyr_watch.version", "Version"),
  from = ProtoField.uint8("fizyr_watch.from", "Sender", base.DEC, SIDES),
  flags = ProtoField.uint16("fizyr_watch.flags", "Flags", base.HEX),
  big = ProtoField.bool("fizyr_watch.big_endian", "Big endian", 16, nil, FLAG_BIG),
  ended = ProtoField.bool("fizyr_watch.end", "The side has ended", 16, nil, FLAG_END),
  broken = ProtoField.bool("fizyr_watch.broken", "The side has broken off", 16, nil, FLAG_BROKEN),
  more = ProtoField.bool("fizyr_watch.more", "The body goes on in the next packet", 16, nil, FLAG_MORE),
  continued = ProtoField.bool("fizyr_watch.continued", "Goes on with a body", 16, nil, FLAG_CONTINUED),
  connection = ProtoField.uint32("fizyr_watch.connection", "Connection"),
  descriptors = ProtoField.uint32("fizyr_watch.descriptors", "Descriptors"),
  part = ProtoField.bytes("fizyr_watch.part", "Part of a body"),
}
capture.fields = packet

local group, severity = expert.group, expert.severity
local note = {
  length = ProtoExpert.new(
    "fizyr_rpc.bad_length", "The length is below that of a header", group.MALFORMED, severity.ERROR
  ),
  large = ProtoExpert.new(
    "fizyr_rpc.large", "The body is longer than the preferences allow, or the byte order is another one",
    group.MALFORMED, severity.ERROR
  ),
  type = ProtoExpert.new("fizyr_rpc.bad_type", "There is no such type", group.MALFORMED, severity.ERROR),
  lost = ProtoExpert.new(
    "fizyr_rpc.lost", "A malformed frame came before this: where messages begin isn't known any more",
    group.MALFORMED, severity.NOTE
  ),
  failed = ProtoExpert.new("fizyr_rpc.failed", "An error response", group.RESPONSE_CODE, severity.NOTE),
  duplicate = ProtoExpert.new(
    "fizyr_rpc.duplicate", "A request with this id is open", group.SEQUENCE, severity.WARN
  ),
  unknown = ProtoExpert.new(
    "fizyr_rpc.unknown", "No request with this id is open, or its beginning wasn't captured",
    group.SEQUENCE, severity.WARN
  ),
  late = ProtoExpert.new(
    "fizyr_rpc.late", "The request was answered before: the update and the response have crossed",
    group.SEQUENCE, severity.NOTE
  ),
}
rpc.experts = note

-- Only there while Wireshark builds a tree, which the first pass may go without.
local tcp_stream = Field.new("tcp.stream")

-- What is known of each connection, from the first pass over the capture:
--   stream         its number, if that is known
--   order          its byte order
--   sides[name]    requests = the newest one for each id, broken = frame number
--   found[key]     what a message belongs to, and what is wrong with it
local newest, by_frame = {}, {}

function rpc.init()
  newest, by_frame = {}, {}
end

-- The connection of a frame, and the names of its sides: sender, receiver.
local function connection_of(pinfo)
  local mine = tostring(pinfo.src) .. " " .. pinfo.src_port
  local theirs = tostring(pinfo.dst) .. " " .. pinfo.dst_port
  local connection = by_frame[pinfo.number]
  if connection == nil then
    local key = mine < theirs and mine .. " " .. theirs or theirs .. " " .. mine
    local stream = tcp_stream()
    stream = stream and stream.value
    connection = newest[key]
    -- The same ports may have been used again.
    if connection == nil or (stream ~= nil and connection.stream ~= stream) then
      connection = { stream = stream, sides = {}, found = {} }
      newest[key] = connection
    end
    by_frame[pinfo.number] = connection
  end
  return connection, mine, theirs
end

local function side_of(connection, name)
  local side = connection.sides[name]
  if side == nil then
    side = { requests = {} }
    connection.sides[name] = side
  end
  return side
end

local function unsigned(range, order)
  return order == BIG and range:uint() or range:le_uint()
end

local function signed(range, order)
  return order == BIG and range:int() or range:le_int()
end

-- What is wrong with the beginning of a frame; nil if nothing is.
local function fault(length, message_type)
  if length < HEADER_LEN then return note.length end
  if length - HEADER_LEN > rpc.prefs.largest_body then return note.large end
  if message_type > STREAM then return note.type end
  return nil
end

-- Read the wrong way round, a length is absurd or far larger, a type unknown.
local function guess(tvb, offset)
  local length, message_type = tvb(offset, 4), tvb(offset + 4, 4)
  local little = fault(length:le_uint(), message_type:le_uint()) == nil
  local big = fault(length:uint(), message_type:uint()) == nil
  if little ~= big then return little and LITTLE or BIG end
  if length:le_uint() ~= length:uint() then
    return length:le_uint() < length:uint() and LITTLE or BIG
  end
  local id = tvb(offset + 8, 4)
  return id:uint() < id:le_uint() and BIG or LITTLE
end

-- Takes a message to its request, in the order of the capture.
local function match(message, mine, theirs, pinfo)
  local owner = (message.type == REQUEST or message.type == REQUESTER_UPDATE) and mine or theirs
  local request = owner.requests[message.request_id]
  local open = request ~= nil and request.response_in == nil
  if message.type == REQUEST then
    if open then return { request = request, note = note.duplicate } end
    request = { service = message.service_id, request_in = pinfo.number, time = pinfo.rel_ts }
    owner.requests[message.request_id] = request
    return { request = request }
  end
  if request == nil then return { note = note.unknown } end
  if not open then
    local late = message.type == REQUESTER_UPDATE
    return { request = late and request or nil, note = late and note.late or note.unknown }
  end
  if message.type == RESPONSE then request.response_in = pinfo.number end
  return { request = request }
end

local function seconds(value)
  local whole = math.floor(value)
  return NSTime.new(whole, math.floor((value - whole) * 1e9 + 0.5))
end

local function add_match(tree, message, found, pinfo)
  local request = found.request
  if request ~= nil and found.note ~= note.duplicate then
    if message.type == REQUEST then
      if request.response_in ~= nil then
        tree:add(field.response_in, request.response_in):set_generated()
      end
    else
      tree:add(field.request_in, request.request_in):set_generated()
      tree:add(field.service, request.service):set_generated()
      tree:add(field.time, seconds(pinfo.rel_ts - request.time)):set_generated()
    end
  end
  if found.note ~= nil then tree:add_proto_expert_info(found.note) end
end

local function add_body(tree, message, range)
  if range == nil then return end
  tree:add(field.body, range)
  if message.type == RESPONSE and message.service_id == ERROR then
    tree:add_packet_field(field.error, range, ENC_UTF_8)
  elseif not range:raw():find("[\0-\8\11\12\14-\31\127\192\193\245-\255]") then
    tree:add_packet_field(field.text, range, ENC_UTF_8)
  end
end

local function summary(message)
  local kind = TYPES[message.type]
  if message.type == STREAM then return kind .. " " .. message.service_id end
  local what = message.service_id == ERROR and message.type == RESPONSE and "error"
    or tostring(message.service_id)
  return string.format("%s #%d (%s)", kind, message.request_id, what)
end

-- `at` is where the header begins: behind the length, where there is one.
local function dissect_message(tvb, at, pinfo, tree, connection, mine, theirs)
  local order = connection.order
  local message = {
    type = unsigned(tvb(at, 4), order),
    request_id = unsigned(tvb(at + 4, 4), order),
    service_id = signed(tvb(at + 8, 4), order),
  }
  local add = order == BIG and tree.add or tree.add_le
  local branch = tree:add(rpc, tvb(), "Fizyr RPC, " .. summary(message))
  if at == LENGTH_LEN then add(branch, field.length, tvb(0, LENGTH_LEN)) end
  add(branch, field.type, tvb(at, 4))
  add(branch, field.request_id, tvb(at + 4, 4))
  add(branch, field.service_id, tvb(at + 8, 4))
  local body_at = at + HEADER_LEN
  add_body(branch, message, tvb:len() > body_at and tvb(body_at) or nil)
  if message.type ~= STREAM then
    -- A side can't use an id twice in one frame but by mistake.
    local key = pinfo.number .. " " .. message.type .. " " .. message.request_id
    if not pinfo.visited and connection.found[key] == nil then
      connection.found[key] = match(message, mine, theirs, pinfo)
    end
    add_match(branch, message, connection.found[key] or {}, pinfo)
  end
  if message.type == RESPONSE and message.service_id == ERROR then
    branch:add_proto_expert_info(note.failed)
  end
  branch:add(field.order, ORDERS[order]):set_generated()
  return summary(message)
end

-- Gives up on the rest of this direction.
local function undecodable(tvb, offset, pinfo, tree, side, what)
  if side.broken == nil then side.broken = pinfo.number end
  local branch = tree:add(rpc, tvb(offset), "Fizyr RPC, malformed")
  branch:add(field.undecoded, tvb(offset))
  branch:add_proto_expert_info(what)
  return "Malformed"
end

function rpc.dissector(tvb, pinfo, tree)
  local connection, sender, receiver = connection_of(pinfo)
  local mine, theirs = side_of(connection, sender), side_of(connection, receiver)
  pinfo.cols.protocol = "FizyrRPC"
  local summaries = {}
  local offset = 0
  while offset < tvb:len() do
    local rest = tvb:len() - offset
    if mine.broken ~= nil and mine.broken < pinfo.number then
      table.insert(summaries, undecodable(tvb, offset, pinfo, tree, mine, note.lost))
      break
    end
    if rest < LENGTH_LEN + HEADER_LEN then
      pinfo.desegment_offset = offset
      pinfo.desegment_len = DESEGMENT_ONE_MORE_SEGMENT
      break
    end
    if connection.order == nil then
      local chosen = rpc.prefs.order
      connection.order = chosen ~= AUTOMATIC and chosen or guess(tvb, offset)
    end
    local length = unsigned(tvb(offset, 4), connection.order)
    local what = fault(length, unsigned(tvb(offset + 4, 4), connection.order))
    if what ~= nil then
      table.insert(summaries, undecodable(tvb, offset, pinfo, tree, mine, what))
      break
    end
    local total = LENGTH_LEN + length
    if rest < total then
      pinfo.desegment_offset = offset
      pinfo.desegment_len = total - rest
      break
    end
    local frame = tvb(offset, total):tvb()
    table.insert(summaries, dissect_message(frame, LENGTH_LEN, pinfo, tree, connection, mine, theirs))
    offset = offset + total
  end
  if #summaries > 0 then
    pinfo.cols.info:set(table.concat(summaries, ", ") .. " ")
    -- What a frame holds beside a reassembled message is told behind it.
    pinfo.cols.info:fence()
  end
end

local function dissect_captured(tvb, from, big, number, pinfo, tree)
  local key = "watched " .. number
  local connection = newest[key]
  if connection == nil then
    connection = { sides = {}, found = {} }
    newest[key] = connection
  end
  connection.order = big and BIG or LITTLE
  if tvb:len() < HEADER_LEN or unsigned(tvb(0, 4), connection.order) > STREAM then
    local branch = tree:add(rpc, tvb(), "Fizyr RPC, malformed")
    branch:add_proto_expert_info(tvb:len() < HEADER_LEN and note.length or note.type)
    return "Malformed"
  end
  local mine, theirs = side_of(connection, SIDES[from]), side_of(connection, SIDES[1 - from])
  return dissect_message(tvb, 0, pinfo, tree, connection, mine, theirs)
end

function capture.dissector(tvb, pinfo, tree)
  -- Other programs use this link type for other things.
  if tvb:len() < CAPTURE_HEAD_LEN or tvb(0, 1):uint() ~= CAPTURE_VERSION then return 0 end
  local from, flags, number = tvb(1, 1):uint(), tvb(2, 2):uint(), tvb(4, 4):uint()
  if SIDES[from] == nil then return 0 end
  pinfo.cols.protocol = "FizyrRPC"
  pinfo.cols.src = SIDES[from] .. " " .. number
  pinfo.cols.dst = SIDES[1 - from] .. " " .. number
  local descriptors = tvb(8, 4):uint()
  local branch = tree:add(capture, tvb(0, CAPTURE_HEAD_LEN), "Connection " .. number .. ", from the " .. SIDES[from])
  branch:add(packet.version, tvb(0, 1))
  branch:add(packet.from, tvb(1, 1))
  local bits = branch:add(packet.flags, tvb(2, 2))
  for _, name in ipairs({ "big", "ended", "broken", "more", "continued" }) do
    bits:add(packet[name], tvb(2, 2))
  end
  branch:add(packet.connection, tvb(4, 4))
  branch:add(packet.descriptors, tvb(8, 4))
  local has = function(flag) return bit.band(flags, flag) ~= 0 end
  local info
  if has(FLAG_END) then
    info = has(FLAG_BROKEN) and "Broken off" or "End"
  elseif has(FLAG_CONTINUED) then
    info = "Continuation"
    if tvb:len() > CAPTURE_HEAD_LEN then tree:add(packet.part, tvb(CAPTURE_HEAD_LEN)) end
  elseif tvb:len() == CAPTURE_HEAD_LEN then
    info = "Malformed"
    branch:add_proto_expert_info(note.length)
  else
    info = dissect_captured(tvb(CAPTURE_HEAD_LEN):tvb(), from, has(FLAG_BIG), number, pinfo, tree)
  end
  if descriptors > 0 then info = info .. ", descriptors: " .. descriptors end
  pinfo.cols.info = info
  return tvb:len()
end

DissectorTable.get("wtap_encap"):add(wtap.USER0, capture)

local tcp_port = DissectorTable.get("tcp.port")
local ports = ""

function rpc.prefs_changed()
  if ports ~= rpc.prefs.ports then
    if ports ~= "" then tcp_port:remove(ports, rpc) end
    ports = rpc.prefs.ports
    if ports ~= "" then tcp_port:add(ports, rpc) end
  end
end

tcp_port:add_for_decode_as(rpc)
