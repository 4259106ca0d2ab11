-- Shows the Fizyr RPC protocol on TCP; docs/protocol.md is what it knows.
--
-- Install: copy this file to the folder that Wireshark's Help > About > Folders
-- names "Personal Lua Plugins", or run `tshark -X lua_script:fizyr_rpc.lua`.
-- Then name the ports in the preferences of the protocol
-- (`-o fizyr_rpc.ports:1337`), or use "Decode As" on a connection.

local rpc = Proto("fizyr_rpc", "Fizyr RPC")

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

local function dissect_message(tvb, pinfo, tree, connection, mine, theirs)
  local order = connection.order
  local message = {
    type = unsigned(tvb(4, 4), order),
    request_id = unsigned(tvb(8, 4), order),
    service_id = signed(tvb(12, 4), order),
  }
  local add = order == BIG and tree.add or tree.add_le
  local branch = tree:add(rpc, tvb(), "Fizyr RPC, " .. summary(message))
  add(branch, field.length, tvb(0, 4))
  add(branch, field.type, tvb(4, 4))
  add(branch, field.request_id, tvb(8, 4))
  add(branch, field.service_id, tvb(12, 4))
  add_body(branch, message, tvb:len() > 16 and tvb(16) or nil)
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
    table.insert(summaries, dissect_message(frame, pinfo, tree, connection, mine, theirs))
    offset = offset + total
  end
  if #summaries > 0 then
    pinfo.cols.info:set(table.concat(summaries, ", ") .. " ")
    -- What a frame holds beside a reassembled message is told behind it.
    pinfo.cols.info:fence()
  end
end

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
