package io.datastream.redis;

/**
 * What runs in the server, with the results of many keys in a call. KEYS are the keys; ARGV[1] is the longest length,
 * ARGV[2] the retention and ARGV[3] the time to live, both in milliseconds and 0 for none; then come, for each key, the
 * number of its results, unless that is always one, and what a {@link Form} adds of each. The answer is a list of what went
 * wrong, empty if nothing did: the number of the key, and either the number of a result of it that is refused, or 0 and the
 * error for which none of that key is written.
 */
final class Scripts {
    /** Writes the one result of a key, which has two arguments. */
    private static final String ONE = "at = from + 2; write(KEYS[number], from)";

    /** A newer result stays; one of the same time is replaced, so that the last of several counts, in replays too. */
    static final String LATEST = script(ONE, """
        local function write(key, from)
          local time = call('HGET', key, 'time')
          if not time or time <= ARGV[from] then
            call('HSET', key, 'time', ARGV[from], 'value', ARGV[from + 1])
            expire(key)
          end
        end
        """);

    /**
     * A nanosecond has a million ids. Most results are newer than all others, so that is tried first. Of results with the
     * same time, each takes the next id; one whose value is there already has been written before. An older one that is not
     * there would have been dropped by the limits, or came out of order and is refused.
     */
    static final String STREAM = script(several(3), """
        local function id(ms, sequence) return ms .. '-' .. string.format('%.0f', sequence) end
        local function parts(entry)
          local ms, sequence = string.match(entry[1], '(%d+)-(%d+)')
          return tonumber(ms), tonumber(sequence)
        end
        local add = redis.pcall
        local function isAdded(reply)
          if type(reply) ~= 'table' or not reply.err then return true end
          if not string.find(reply.err, 'equal or smaller', 1, true) then error(reply) end
          return false
        end
        local function addOrFind(key, ms, first, time, value)
          local sequence, last = first, first + 999998
          for _, entry in ipairs(call('XRANGE', key, id(ms, first), id(ms, last))) do
            if entry[2][4] == value then return true end
            local _, taken = parts(entry)
            sequence = taken + 1
          end
          return sequence <= last
            and isAdded(add('XADD', key, id(ms, sequence), 'time', time, 'value', value))
        end
        local function newest(key)
          return parts(call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1])
        end
        local function dropped(key, ms, first)
          local oldestMs, oldest = parts(call('XRANGE', key, '-', '+', 'COUNT', 1)[1])
          local older = ms < oldestMs or (ms == oldestMs and first <= oldest)
          return older and ((length > 0 and call('XLEN', key) >= length)
            or (retention > 0 and ms < newest(key) - retention))
        end
        local function write(key, from, to)
          for i = from, to, 3 do
            local time, value = ARGV[i + 1], ARGV[i + 2]
            local reply = add('XADD', key, ARGV[i], 'time', time, 'value', value)
            if type(reply) == 'table' and not isAdded(reply) then
              local ms, first = string.match(ARGV[i], '(%d+)-(%d+)')
              if not addOrFind(key, ms, tonumber(first), time, value)
                and not dropped(key, tonumber(ms), tonumber(first)) then
                wrong((i - from) / 3 + 1)
              end
            end
          end
          if length > 0 then call('XTRIM', key, 'MAXLEN', '=', length) end
          local ms = retention > 0 and newest(key) or 0
          if ms > retention then
            call('XTRIM', key, 'MINID', '=', string.format('%.0f', ms - retention))
          end
          expire(key)
        end
        """);

    /** Ids, and so retention, are of the server's clock. */
    static final String APPENDED = script(several(2), """
        local function write(key, from, to)
          local last = '0'
          for i = from, to, 2 do
            last = call('XADD', key, '*', 'time', ARGV[i], 'value', ARGV[i + 1])
          end
          if length > 0 then call('XTRIM', key, 'MAXLEN', '=', length) end
          local ms = retention > 0 and tonumber(string.match(last, '(%d+)')) or 0
          if ms > retention then
            call('XTRIM', key, 'MINID', '=', string.format('%.0f', ms - retention))
          end
          expire(key)
        end
        """);

    /** What stays depends on what was ever written alone, not on its order: the newest by time and then by bytes. */
    static final String TIME_ORDERED = script(several(2), """
        local function write(key, from, to)
          for i = from, to, 2000 do -- as many as the stack of the server's Lua takes with ease
            call('ZADD', key, unpack(ARGV, i, math.min(i + 1999, to)))
          end
          if length > 0 then call('ZREMRANGEBYRANK', key, 0, -length - 1) end
          if retention > 0 then
            local ms = tonumber(call('ZRANGE', key, -1, -1, 'WITHSCORES')[2])
            call('ZREMRANGEBYSCORE', key, '-inf', '(' .. string.format('%.0f', ms - retention))
          end
          expire(key)
        end
        """);

    private Scripts() {}

    /** Writes the results of a key, each of which has as many arguments. */
    private static String several(int width) {
        return "at = from + 1 + ARGV[from] * " + width + "; write(KEYS[number], from + 1, at - 1)";
    }

    /**
     * A script that writes all keys. What goes wrong with a key ends the loop, which then goes on with the next: that is
     * cheaper than to guard each of them.
     *
     * @param next writes the key of a number, whose arguments begin at {@code from}, and moves {@code at} behind them
     * @param write defines {@code write}, which writes the results at the arguments {@code from} to {@code to} of a key
     */
    private static String script(String next, String write) {
        return """
            local KEYS, ARGV, call, pcall = KEYS, ARGV, redis.call, pcall -- locals are found faster
            local expires = ARGV[3] ~= '0'
            local length, retention, troubles = tonumber(ARGV[1]), tonumber(ARGV[2]), {}
            local number, at, count = 0, 4, #KEYS
            local function wrong(result, message) troubles[#troubles + 1] = { number, result, message } end
            local function expire(key)
              if expires then call('PEXPIRE', key, ARGV[3]) end
            end
            """ + write + """
                local function rest()
                  while number < count do
                    local from = at
                    number = number + 1
                    NEXT
                  end
                end
                repeat
                  local done, reason = pcall(rest)
                  if not done then wrong(0, type(reason) == 'table' and reason.err or tostring(reason)) end
                until done
                return troubles
                """.replace("NEXT", next);
    }
}
