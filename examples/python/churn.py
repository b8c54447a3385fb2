"""Churn: announcements and withdrawals of each peer."""

from archives import arguments, ask, bars, show

options = arguments(__doc__)
rows = ask(
    options.files,
    ["kind", "peer_asn", "peer_address", "prefix"],
    """
    select peer_asn, cast(peer_address as string),
           sum(case when kind = 'announce' then 1 else 0 end) as announced,
           sum(case when kind = 'withdraw' then 1 else 0 end) as withdrawn,
           count(distinct prefix) as prefixes
    from routes where kind in ('announce', 'withdraw')
    group by peer_asn, peer_address order by announced desc, peer_asn, peer_address
    """,
    options.spark,
)
show(rows)
if options.plot:
    bars(options.plot, [f"AS{row[0]}" for row in rows], [row[2] + row[3] for row in rows], "announced and withdrawn")
