"""Who originated a prefix, from when to when, over any number of archives."""

from archives import arguments, ask, bars, show

options = arguments(__doc__, ("prefix", "such as 193.0.0.0/21"))
prefix = options.prefix.replace("'", "''")
rows = ask(
    options.files,
    ["time", "kind", "prefix", "origin_asn", "peer_asn"],
    f"""
    select origin_asn, count(*) as routes, count(distinct peer_asn) as peers, cast(min(time) as string), cast(max(time) as string)
    from routes where prefix = '{prefix}' and kind <> 'withdraw' and origin_asn is not null
    group by origin_asn order by routes desc, origin_asn
    """,
    options.spark,
)
show(rows)
if options.plot:
    bars(options.plot, [f"AS{row[0]}" for row in rows], [row[1] for row in rows], "routes")
