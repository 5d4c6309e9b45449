<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>service</name>
    <message>
        <source>something follows the end</source>
        <translation>末尾之后还有内容</translation>
    </message>
    <message>
        <source>the text ends too early</source>
        <translation>内容提前结束</translation>
    </message>
    <message>
        <source>a comma or a closing bracket is missing</source>
        <translation>缺少逗号或右括号</translation>
    </message>
    <message>
        <source>a name in double quotes is missing</source>
        <translation>缺少双引号括起的名称</translation>
    </message>
    <message>
        <source>more than 128 levels are nested</source>
        <translation>嵌套超过 128 层</translation>
    </message>
    <message>
        <source>a value is missing</source>
        <translation>缺少值</translation>
    </message>
    <message>
        <source>a colon is missing</source>
        <translation>缺少冒号</translation>
    </message>
    <message>
        <source>a control character stands unescaped in a string</source>
        <translation>字符串中有未转义的控制字符</translation>
    </message>
    <message>
        <source>an escape in a string is not known</source>
        <translation>字符串中有未知的转义</translation>
    </message>
    <message>
        <source>a string is not UTF-8</source>
        <translation>字符串不是 UTF-8</translation>
    </message>
    <message>
        <source>a string is not closed</source>
        <translation>字符串没有结束引号</translation>
    </message>
    <message>
        <source>a number starts with a zero</source>
        <translation>数字以零开头</translation>
    </message>
    <message>
        <source>a number is not whole</source>
        <translation>数字不完整</translation>
    </message>
    <message>
        <source>The body is not JSON: %1 at byte %2.</source>
        <translation>请求体不是 JSON：第 %2 字节处%1。</translation>
    </message>
    <message>
        <source>“%1” must be true or false.</source>
        <translation>“%1”必须是 true 或 false。</translation>
    </message>
    <message>
        <source>“%1” must be an object.</source>
        <translation>“%1”必须是对象。</translation>
    </message>
    <message>
        <source>“%1” must be a whole number from 0; leave it out for the model&apos;s own limit.</source>
        <translation>“%1”必须是不小于 0 的整数；不填则按模型自身的上限。</translation>
    </message>
    <message>
        <source>“%1” must be a string.</source>
        <translation>“%1”必须是字符串。</translation>
    </message>
    <message>
        <source>The body must be a JSON object, in braces.</source>
        <translation>请求体必须是用花括号括起的 JSON 对象。</translation>
    </message>
    <message>
        <source>[Quota Proxy demo] This is the built-in demo, not a language model. Configure a provider to get real answers: in the console under Providers, or with DEEPSEEK_API_KEY and DEEPSEEK_BASE_URL in the service&apos;s settings.</source>
        <translation>【Quota Proxy 演示】这是内置演示，不是语言模型。要得到真正的回答，请配置上游：在控制台的“上游”页面，或在服务设置中填写 DEEPSEEK_API_KEY 和 DEEPSEEK_BASE_URL。</translation>
    </message>
    <message>
        <source>Your message reached it: “%1”</source>
        <translation>已收到您的消息：“%1”</translation>
    </message>
    <message>
        <source>No API key was given. Send it as “Authorization: Bearer KEY”.</source>
        <translation>未提供 API 密钥。请以“Authorization: Bearer 密钥”发送。</translation>
    </message>
    <message>
        <source>This API key is not known here. Check that it was copied whole, or ask for a new one.</source>
        <translation>此 API 密钥在这里不存在。请检查是否完整复制，或申请新的密钥。</translation>
    </message>
    <message>
        <source>This API key has expired. Ask whoever gave it to you to extend it.</source>
        <translation>此 API 密钥已过期。请联系发放者延期。</translation>
    </message>
    <message>
        <source>This API key is disabled. Ask whoever gave it to you to enable it.</source>
        <translation>此 API 密钥已停用。请联系发放者启用。</translation>
    </message>
    <message>
        <source>This API key may not use the model “%1”. GET /v1/models lists those that it may use.</source>
        <translation>此 API 密钥不能使用模型“%1”。GET /v1/models 列出可用的模型。</translation>
    </message>
    <message>
        <source>This API key may not use this model. GET /v1/models lists those that it may use.</source>
        <translation>此 API 密钥不能使用这个模型。GET /v1/models 列出可用的模型。</translation>
    </message>
    <message>
        <source>This API key may not be used from the address %1.</source>
        <translation>此 API 密钥不能从地址 %1 使用。</translation>
    </message>
    <message>
        <source>This API key may not be used from this address.</source>
        <translation>此 API 密钥不能从这个地址使用。</translation>
    </message>
    <message>
        <source>The body cannot be read: %1</source>
        <translation>请求正文无法读取：%1</translation>
    </message>
    <message>
        <source>The body must be a JSON object.</source>
        <translation>请求正文必须是一个 JSON 对象。</translation>
    </message>
    <message>
        <source>The request is larger than %1 bytes, the most that is taken here.</source>
        <translation>请求超过 %1 字节，这是此处接受的上限。</translation>
    </message>
    <message>
        <source>The request is larger than what is taken here.</source>
        <translation>请求超过此处接受的大小。</translation>
    </message>
    <message>
        <source>There is nothing at %1.</source>
        <translation>%1 处没有内容。</translation>
    </message>
    <message>
        <source>There is nothing at this address.</source>
        <translation>此地址没有内容。</translation>
    </message>
    <message>
        <source>No provider serves the model “%1”. GET /v1/models lists those that are.</source>
        <translation>没有上游提供模型“%1”。GET /v1/models 列出已提供的模型。</translation>
    </message>
    <message>
        <source>No provider serves this request. GET /v1/models lists the models that are served.</source>
        <translation>没有上游能处理此请求。GET /v1/models 列出已提供的模型。</translation>
    </message>
    <message>
        <source>The provider cannot be reached (%1). Try again later.</source>
        <translation>无法连接上游（%1）。请稍后再试。</translation>
    </message>
    <message>
        <source>The provider cannot be reached. Try again later.</source>
        <translation>无法连接上游。请稍后再试。</translation>
    </message>
    <message>
        <source>The provider did not answer in time (%1). Try again later.</source>
        <translation>上游未及时应答（%1）。请稍后再试。</translation>
    </message>
    <message>
        <source>The provider did not answer in time. Try again later.</source>
        <translation>上游未及时应答。请稍后再试。</translation>
    </message>
    <message>
        <source>The service cannot write its books, so a key with limits cannot be served. Try again in a moment.</source>
        <translation>服务目前无法写入账目，因此不能受理有限额的密钥。请稍后再试。</translation>
    </message>
    <message>
        <source>The service is stopping. Try again in a moment.</source>
        <translation>服务正在停止。请稍后再试。</translation>
    </message>
    <message>
        <source>Something went wrong in the service. The request id leads to its log.</source>
        <translation>服务内部出错。可凭请求编号查找日志。</translation>
    </message>
    <message>
        <source>This API key already has %1 requests under way, as many as it may have. Wait for one of them to end.</source>
        <translation>此 API 密钥已有 %1 个请求在进行，已达上限。请等待其中一个结束。</translation>
    </message>
    <message>
        <source>This API key is blocked: its limit %1 is 0. Ask for a higher limit.</source>
        <translation>此 API 密钥被阻止：其限额 %1 为 0。请申请更高的限额。</translation>
    </message>
    <message>
        <source>The limit %1 of this API key is used up: %2 of %3. Ask for a higher limit.</source>
        <translation>此 API 密钥的限额 %1 已用尽：%3 中已用 %2。请申请更高的限额。</translation>
    </message>
    <message>
        <source>This request may need %1 tokens, and the limit %2 of this API key has %3 of %4 left until %5. Ask for fewer tokens or wait.</source>
        <translation>此请求可能需要 %1 个 token，而此 API 密钥的限额 %2 在 %5 之前只剩 %3（共 %4）。请减少 token 或等待。</translation>
    </message>
    <message>
        <source>The limit %1 of this API key is used up: %2 of %3. It starts anew at %4.</source>
        <translation>此 API 密钥的限额 %1 已用尽：%3 中已用 %2。将于 %4 重新开始。</translation>
    </message>
    <message>
        <source>%1 is not possible here; possible are %2.</source>
        <translation>此处不能用 %1；可用的是 %2。</translation>
    </message>
    <message>
        <source>The path of the request cannot be read.</source>
        <translation>请求的路径无法读取。</translation>
    </message>
    <message>
        <source>“%1” is not a parameter here; there is none.</source>
        <translation>“%1”不是这里的参数；这里没有参数。</translation>
    </message>
    <message>
        <source>“%1” is not a parameter here; known are %2.</source>
        <translation>“%1”不是这里的参数；可用的是 %2。</translation>
    </message>
    <message>
        <source>The parameter “%1” is given more than once.</source>
        <translation>参数“%1”重复给出。</translation>
    </message>
    <message>
        <source>The Authorization header cannot be read. Write it as “Authorization: Bearer ADMIN_TOKEN”.</source>
        <translation>Authorization 头无法读取。请写成“Authorization: Bearer 管理令牌”。</translation>
    </message>
    <message>
        <source>The admin token is missing. Send it as “Authorization: Bearer ADMIN_TOKEN”.</source>
        <translation>缺少管理令牌。请以“Authorization: Bearer 管理令牌”发送。</translation>
    </message>
    <message>
        <source>Too many wrong admin tokens came from this address. Try again in %1 seconds.</source>
        <translation>此地址错误的管理令牌过多。请在 %1 秒后再试。</translation>
    </message>
    <message>
        <source>The admin token is wrong. It is the service&apos;s ADMIN_TOKEN, or stands in the file admin-token of its data directory.</source>
        <translation>管理令牌错误。它是服务的 ADMIN_TOKEN，或在数据目录的 admin-token 文件中。</translation>
    </message>
    <message>
        <source>This is the secret of a key, not the admin token. A key may only read itself here, with GET /admin/keys and GET /admin/usage.</source>
        <translation>这是密钥的私密串，不是管理令牌。密钥在此只能用 GET /admin/keys 和 GET /admin/usage 查看自己。</translation>
    </message>
    <message>
        <source>Metrics are off. Set ENABLE_METRICS=true and start the service anew.</source>
        <translation>指标已关闭。请设置 ENABLE_METRICS=true 并重新启动服务。</translation>
    </message>
    <message>
        <source>The last write to the database failed. Look at the disk and at who may write the data directory.</source>
        <translation>最近一次写入数据库失败。请检查磁盘以及数据目录的写权限。</translation>
    </message>
    <message>
        <source>The database writes, but %1 usage rows were dropped because it was too slow.</source>
        <translation>数据库可写，但因写入过慢丢弃了 %1 条用量记录。</translation>
    </message>
    <message>
        <source>Everything is kept in memory and is gone when the service stops.</source>
        <translation>所有数据只在内存中，服务停止后即消失。</translation>
    </message>
    <message>
        <source>The database writes.</source>
        <translation>数据库可写。</translation>
    </message>
    <message>
        <source>Schema %1, the newest.</source>
        <translation>架构版本 %1，为最新。</translation>
    </message>
    <message>
        <source>Schema %1; this program expects %2.</source>
        <translation>架构版本 %1；本程序需要 %2。</translation>
    </message>
    <message>
        <source>No provider is configured: the built-in demo answers. Add a provider for real answers.</source>
        <translation>未配置上游：由内置演示应答。请添加上游以获得真实应答。</translation>
    </message>
    <message>
        <source>No provider is enabled: requests are refused.</source>
        <translation>没有启用的上游：请求会被拒绝。</translation>
    </message>
    <message>
        <source>%1 enabled.</source>
        <translation>已启用 %1 个。</translation>
    </message>
    <message>
        <source>The clock of this host was set back since the service started. Days and hours may reset late.</source>
        <translation>服务启动后本机时钟被调回过。日和小时的重置可能延迟。</translation>
    </message>
    <message>
        <source>The clock of this host says %1. Set it, or limits reset at the wrong time.</source>
        <translation>本机时钟显示 %1。请校准，否则限额会在错误的时间重置。</translation>
    </message>
    <message>
        <source>%1, days begin by %2.</source>
        <translation>%1，日期按 %2 划分。</translation>
    </message>
    <message>
        <source>The disk of the data directory cannot be read.</source>
        <translation>无法读取数据目录所在的磁盘。</translation>
    </message>
    <message>
        <source>The disk of the data directory is read-only.</source>
        <translation>数据目录所在的磁盘是只读的。</translation>
    </message>
    <message>
        <source>Only %1 are free where the data directory is. Make room before the database cannot grow.</source>
        <translation>数据目录所在处仅剩 %1 空间。请在数据库无法增长之前腾出空间。</translation>
    </message>
    <message>
        <source>%1 are free.</source>
        <translation>剩余 %1。</translation>
    </message>
    <message>
        <source>version: somebody changed this key meanwhile; it has version %1 now. Look at “current” and try again with its version.</source>
        <translation>version：期间有人修改了此密钥，现在的版本是 %1。请查看“current”，并用其版本重试。</translation>
    </message>
    <message>
        <source>There is no such key.</source>
        <translation>没有这个密钥。</translation>
    </message>
    <message>
        <source>This key is deleted. Restore it first, with POST /admin/keys/%1/restore.</source>
        <translation>此密钥已删除。请先用 POST /admin/keys/%1/restore 恢复。</translation>
    </message>
    <message>
        <source>%1 is in the past; give an instant to come, null for none, or disable the key.</source>
        <translation>%1 已过去；请给出将来的时刻，用 null 表示不过期，或停用密钥。</translation>
    </message>
    <message>
        <source>The key is deleted. It can be restored for %1 days.</source>
        <translation>密钥已删除。%1 天内可以恢复。</translation>
    </message>
    <message>
        <source>There is no such provider.</source>
        <translation>没有这个上游。</translation>
    </message>
    <message>
        <source>This provider comes from the settings. Change DEEPSEEK_BASE_URL and DEEPSEEK_API_KEY and start the service anew, or add a provider of its own.</source>
        <translation>此上游来自设置。请修改 DEEPSEEK_BASE_URL 和 DEEPSEEK_API_KEY 并重新启动服务，或另外添加上游。</translation>
    </message>
    <message>
        <source>The demo is built in and answers only while there is no other provider. Add one and it is gone.</source>
        <translation>演示是内置的，只在没有其他上游时应答。添加一个上游后它就消失。</translation>
    </message>
    <message>
        <source>version: somebody changed this provider meanwhile. Look at “current” and try again with its version.</source>
        <translation>version：期间有人修改了此上游。请查看“current”，并用其版本重试。</translation>
    </message>
    <message>
        <source>a new provider needs it.</source>
        <translation>新的上游需要它。</translation>
    </message>
    <message>
        <source>“%1” is not a date; write it like 2026-12-31.</source>
        <translation>“%1”不是日期；请写成 2026-12-31 这样。</translation>
    </message>
    <message>
        <source>“%1” is neither an instant nor a date; write it like 2026-12-31T23:59:59Z or 2026-12-31.</source>
        <translation>“%1”既不是时刻也不是日期；请写成 2026-12-31T23:59:59Z 或 2026-12-31。</translation>
    </message>
    <message>
        <source>“%1” does not do; write one of %2.</source>
        <translation>“%1”不行；请写 %2 之一。</translation>
    </message>
    <message>
        <source>from and to, day, and days are three ways to give a range; keep one.</source>
        <translation>from 和 to、day、days 是给出范围的三种方式；请只用一种。</translation>
    </message>
    <message>
        <source>the range from %1 to %2 is empty or out of reach; give an earlier start and a later end.</source>
        <translation>从 %1 到 %2 的范围为空或超出范围；请给出更早的开始和更晚的结束。</translation>
    </message>
    <message>
        <source>the range would have %1 buckets, and %2 is the most; take a coarser bucket or a shorter range.</source>
        <translation>此范围会有 %1 个时段，而上限是 %2；请用更粗的时段或更短的范围。</translation>
    </message>
    <message>
        <source>The service was killed: another %1 requests and %2 tokens, of which nothing is known, count as used.</source>
        <translation>服务曾被强行终止：另有 %1 次请求和 %2 个 token 去向不明，按已用计算。</translation>
    </message>
    <message>
        <source>A key may only see its own usage.</source>
        <translation>密钥只能查看自己的用量。</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>two different keys are given; keep one.</source>
        <translation>给出了两个不同的密钥；请保留一个。</translation>
    </message>
    <message>
        <source>the books are never erased; leave it out.</source>
        <translation>账本从不抹除；请去掉它。</translation>
    </message>
    <message>
        <source>only what counts now can be reset, and “%1” is over; leave it out.</source>
        <translation>只能重置当前计数的时段，而“%1”已过去；请去掉它。</translation>
    </message>
    <message>
        <source>confirm: the counters of all keys would begin anew; say so with &quot;confirm&quot;: &quot;all&quot;.</source>
        <translation>confirm：所有密钥的计数将重新开始；请用 &quot;confirm&quot;: &quot;all&quot; 确认。</translation>
    </message>
    <message>
        <source>key: say which key, by its id, or “all” with &quot;confirm&quot;: &quot;all&quot;.</source>
        <translation>key：请用编号指明哪个密钥，或用“all”并加上 &quot;confirm&quot;: &quot;all&quot;。</translation>
    </message>
    <message>
        <source>Quota Proxy: keys, limits and books in front of LLM APIs.</source>
        <translation>Quota Proxy：LLM API 之前的密钥、限额与账本。</translation>
    </message>
    <message>
        <source>Usage: %1 VERB [options]</source>
        <translation>用法：%1 动词 [选项]</translation>
    </message>
    <message>
        <source>Verbs:</source>
        <translation>动词：</translation>
    </message>
    <message>
        <source>%1 VERB --help tells more about a verb.</source>
        <translation>%1 动词 --help 给出该动词的更多说明。</translation>
    </message>
    <message>
        <source>a verb comes first, then its options; “%1” is none.</source>
        <translation>先写动词，再写选项；“%1”不是动词。</translation>
    </message>
    <message>
        <source>“%1” is not a verb; there are %2.</source>
        <translation>“%1”不是动词；可用的有 %2。</translation>
    </message>
    <message>
        <source>“%1” is not a verb; did you mean %2?</source>
        <translation>“%1”不是动词；是否想写 %2？</translation>
    </message>
    <message>
        <source>See %1 --help.</source>
        <translation>参见 %1 --help。</translation>
    </message>
    <message>
        <source>Shows this and ends.</source>
        <translation>显示此说明并结束。</translation>
    </message>
    <message>
        <source>See quota-proxy %1 --help.</source>
        <translation>参见 quota-proxy %1 --help。</translation>
    </message>
    <message>
        <source>the option %1 is not known.</source>
        <translation>未知的选项 %1。</translation>
    </message>
    <message>
        <source>the option %1 is not known; did you mean %2?</source>
        <translation>未知的选项 %1；是否想写 %2？</translation>
    </message>
    <message>
        <source>the option %1 takes no value.</source>
        <translation>选项 %1 不带值。</translation>
    </message>
    <message>
        <source>the option %1 needs a value: %2.</source>
        <translation>选项 %1 需要一个值：%2。</translation>
    </message>
    <message>
        <source>the option %1 is given more than once.</source>
        <translation>选项 %1 重复给出。</translation>
    </message>
    <message>
        <source>the option %1 is not known; options have two dashes and a whole name.</source>
        <translation>未知的选项 %1；选项要写两个短横线和完整名称。</translation>
    </message>
    <message>
        <source>“%1” is one word too many.</source>
        <translation>多出一个词“%1”。</translation>
    </message>
    <message>
        <source>%1 is missing.</source>
        <translation>缺少 %1。</translation>
    </message>
    <message>
        <source>Usage: %1 [options]</source>
        <translation>用法：%1 [选项]</translation>
    </message>
    <message>
        <source>Options:</source>
        <translation>选项：</translation>
    </message>
    <message>
        <source>Says whether the settings can be used, with all faults at once.</source>
        <translation>检查设置能否使用，一次列出全部错误。</translation>
    </message>
    <message>
        <source>good</source>
        <translation>良好</translation>
    </message>
    <message>
        <source>Shows every setting, its value and where that comes from; secrets are masked.</source>
        <translation>显示每项设置、其值及来源；私密值被遮盖。</translation>
    </message>
    <message>
        <source>Prints JSON.</source>
        <translation>输出 JSON。</translation>
    </message>
    <message>
        <source>NAME</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>VALUE</source>
        <translation>值</translation>
    </message>
    <message>
        <source>FROM</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Says whether the settings can be used.</source>
        <translation>检查设置能否使用。</translation>
    </message>
    <message>
        <source>Shows every setting and where it comes from.</source>
        <translation>显示每项设置及其来源。</translation>
    </message>
    <message>
        <source>concurrency is given more than once.</source>
        <translation>concurrency 重复给出。</translation>
    </message>
    <message>
        <source>“%1” is not a time; write 7d, 12h, 4w, a date like 2026-12-31 or an instant like 2026-12-31T23:59:59Z.</source>
        <translation>“%1”不是时间；请写 7d、12h、4w、日期（如 2026-12-31）或时刻（如 2026-12-31T23:59:59Z）。</translation>
    </message>
    <message>
        <source>“%1” is in the past.</source>
        <translation>“%1”已过去。</translation>
    </message>
    <message>
        <source>active</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>disabled</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>已删除</translation>
    </message>
    <message>
        <source>LABEL</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>KEY</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>STATE</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>TODAY</source>
        <translation>今日</translation>
    </message>
    <message>
        <source>EXPIRES</source>
        <translation>到期</translation>
    </message>
    <message>
        <source>LIMITS</source>
        <translation>限额</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限额</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Requests today</source>
        <translation>今日请求</translation>
    </message>
    <message>
        <source>Tokens today</source>
        <translation>今日 token</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>最近使用</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>创建时间</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>到期</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Lists keys.</source>
        <translation>列出密钥。</translation>
    </message>
    <message>
        <source>Only those with this in label, id or key.</source>
        <translation>只列出标签、编号或密钥中含有此文字的。</translation>
    </message>
    <message>
        <source>active, disabled, expired or deleted; all but deleted without it.</source>
        <translation>active、disabled、expired 或 deleted；不给出时为除已删除外的全部。</translation>
    </message>
    <message>
        <source>created, label, requests_today, tokens_today, last_used or expires; with - before it the other way round.</source>
        <translation>created、label、requests_today、tokens_today、last_used 或 expires；前面加 - 则反向。</translation>
    </message>
    <message>
        <source>At most so many; all without it.</source>
        <translation>最多这么多条；不给出时为全部。</translation>
    </message>
    <message>
        <source>“%1” is not a state.</source>
        <translation>“%1”不是状态。</translation>
    </message>
    <message>
        <source>“%1” is not a field to sort by.</source>
        <translation>“%1”不是可排序的字段。</translation>
    </message>
    <message>
        <source>Changes what is given of a key.</source>
        <translation>修改密钥的给定内容。</translation>
    </message>
    <message>
        <source>Takes its own limits away: the instance&apos;s default applies.</source>
        <translation>去掉它自己的限额：采用实例的默认值。</translation>
    </message>
    <message>
        <source>Takes the limit of concurrency away.</source>
        <translation>去掉并发限额。</translation>
    </message>
    <message>
        <source>When it ends: 7d, 12h, 4w, a date, an instant, or never.</source>
        <translation>何时到期：7d、12h、4w、日期、时刻或 never。</translation>
    </message>
    <message>
        <source>a limit is given and taken away at once; keep one.</source>
        <translation>同一限额既给出又去掉；请保留一个。</translation>
    </message>
    <message>
        <source>nothing is to be changed.</source>
        <translation>没有要修改的内容。</translation>
    </message>
    <message>
        <source>Deletes a key; it can be restored for 30 days.</source>
        <translation>删除密钥；30 天内可以恢复。</translation>
    </message>
    <message>
        <source>Does not ask.</source>
        <translation>不询问。</translation>
    </message>
    <message>
        <source>nobody is there to be asked; say --yes.</source>
        <translation>无人可以询问；请加 --yes。</translation>
    </message>
    <message>
        <source>Delete the key %1? Type yes: </source>
        <translation>删除密钥 %1？请输入 yes：</translation>
    </message>
    <message>
        <source>Nothing was deleted.</source>
        <translation>未删除任何内容。</translation>
    </message>
    <message>
        <source>Makes keys and prints their secrets.</source>
        <translation>创建密钥并输出其私密串。</translation>
    </message>
    <message>
        <source>Shows a key.</source>
        <translation>显示一个密钥。</translation>
    </message>
    <message>
        <source>Disables a key until it is enabled.</source>
        <translation>停用密钥，直到再次启用。</translation>
    </message>
    <message>
        <source>Enables a disabled key.</source>
        <translation>启用已停用的密钥。</translation>
    </message>
    <message>
        <source>Gives a key a new secret and prints it.</source>
        <translation>给密钥换新的私密串并输出。</translation>
    </message>
    <message>
        <source>Restores a deleted key.</source>
        <translation>恢复已删除的密钥。</translation>
    </message>
    <message>
        <source>Whose the key is, or what for.</source>
        <translation>密钥属于谁，或作何用途。</translation>
    </message>
    <message>
        <source>The models it may use; all without it.</source>
        <translation>可使用的模型；不给出时为全部。</translation>
    </message>
    <message>
        <source>The secret is shown only now; keep it:</source>
        <translation>私密串只在此刻显示，请妥善保存：</translation>
    </message>
    <message>
        <source>Makes keys and prints their secrets, which are shown only once. Without limits they get the instance&apos;s default.</source>
        <translation>创建密钥并输出其私密串，私密串只显示一次。未给限额时采用实例的默认值。</translation>
    </message>
    <message>
        <source>What the secret begins with.</source>
        <translation>私密串的前缀。</translation>
    </message>
    <message>
        <source>Requests in total; the same as --limit requests/total=N.</source>
        <translation>总请求数；等同于 --limit requests/total=N。</translation>
    </message>
    <message>
        <source>How many keys to make.</source>
        <translation>创建多少个密钥。</translation>
    </message>
    <message>
        <source>When it ends: 7d, 12h, 4w, a date (that day included) or an instant.</source>
        <translation>何时到期：7d、12h、4w、日期（含当天）或时刻。</translation>
    </message>
    <message>
        <source>Gives a key a new secret and prints it; the old one ends at once.</source>
        <translation>给密钥换新的私密串并输出；旧的立即失效。</translation>
    </message>
    <message>
        <source>File that holds the admin token; without it, ADMIN_TOKEN or the data directory&apos;s.</source>
        <translation>存放管理令牌的文件；不给出时用 ADMIN_TOKEN 或数据目录中的令牌。</translation>
    </message>
    <message>
        <source>The service&apos;s data directory, where the admin token is.</source>
        <translation>服务的数据目录，管理令牌在其中。</translation>
    </message>
    <message>
        <source>the admin token cannot be read from %1 (%2).</source>
        <translation>无法从 %1 读取管理令牌（%2）。</translation>
    </message>
    <message>
        <source>the file %1 holds no admin token.</source>
        <translation>文件 %1 中没有管理令牌。</translation>
    </message>
    <message>
        <source>Give --admin-token-file, ADMIN_TOKEN, or the service&apos;s --data-dir.</source>
        <translation>请给出 --admin-token-file、ADMIN_TOKEN 或服务的 --data-dir。</translation>
    </message>
    <message>
        <source>Note: the admin token travels to %1 without encryption.</source>
        <translation>注意：管理令牌将不加密地传送到 %1。</translation>
    </message>
    <message>
        <source>Is the service running at %1? quota-proxy serve starts it; --url names another.</source>
        <translation>服务是否在 %1 运行？用 quota-proxy serve 启动；用 --url 指定其他地址。</translation>
    </message>
    <message>
        <source>Give the service&apos;s own admin token: --admin-token-file, ADMIN_TOKEN, or its --data-dir.</source>
        <translation>请给出该服务自己的管理令牌：--admin-token-file、ADMIN_TOKEN 或其 --data-dir。</translation>
    </message>
    <message>
        <source>Settings, from the environment or the env file:</source>
        <translation>设置，来自环境变量或 env 文件：</translation>
    </message>
    <message>
        <source>File of NAME=VALUE lines; without it, .env here if there is one.</source>
        <translation>由 NAME=VALUE 行组成的文件；不给出时用当前目录的 .env（如果有）。</translation>
    </message>
    <message>
        <source>The settings cannot be used:</source>
        <translation>设置无法使用：</translation>
    </message>
    <message>
        <source>the option %1 is empty.</source>
        <translation>选项 %1 为空。</translation>
    </message>
    <message>
        <source>REQUESTS</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>REFUSED</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>FAILED</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>PROMPT TOKENS</source>
        <translation>输入 token</translation>
    </message>
    <message>
        <source>ANSWER TOKENS</source>
        <translation>输出 token</translation>
    </message>
    <message>
        <source>TOKENS</source>
        <translation>token</translation>
    </message>
    <message>
        <source>total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>DAY</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Shows what keys have used, by day and by key.</source>
        <translation>按日期和密钥显示用量。</translation>
    </message>
    <message>
        <source>So many days up to today; 7 without it.</source>
        <translation>到今天为止的天数；不给出时为 7。</translation>
    </message>
    <message>
        <source>Only this key.</source>
        <translation>只看此密钥。</translation>
    </message>
    <message>
        <source>Prints CSV, one line for each key and day.</source>
        <translation>输出 CSV，每个密钥每天一行。</translation>
    </message>
    <message>
        <source>give --csv or --json, not both.</source>
        <translation>请给出 --csv 或 --json，不能同时给出。</translation>
    </message>
    <message>
        <source>Runs the service until it is told to stop.</source>
        <translation>运行服务，直到被要求停止。</translation>
    </message>
    <message>
        <source>Makes, lists and changes keys of a running service.</source>
        <translation>创建、列出和修改运行中服务的密钥。</translation>
    </message>
    <message>
        <source>Shows what keys of a running service have used.</source>
        <translation>显示运行中服务的密钥用量。</translation>
    </message>
    <message>
        <source>Checks or shows the settings.</source>
        <translation>检查或显示设置。</translation>
    </message>
    <message>
        <source>this env file cannot be read (%1); check its path and who may read it.</source>
        <translation>无法读取此 env 文件（%1）；请检查其路径和读权限。</translation>
    </message>
    <message>
        <source>this line is not NAME=VALUE, a comment or blank.</source>
        <translation>此行不是 NAME=VALUE、注释或空行。</translation>
    </message>
    <message>
        <source>this setting is not known; remove the line.</source>
        <translation>未知的设置；请删除此行。</translation>
    </message>
    <message>
        <source>this setting is not known; did you mean %1?</source>
        <translation>未知的设置；是否想写 %1？</translation>
    </message>
    <message>
        <source>%1 (%2) and %3 (%4) name the same setting and disagree; keep one.</source>
        <translation>%1（%2）与 %3（%4）是同一设置但不一致；请保留一个。</translation>
    </message>
    <message>
        <source>“%1” does not do; give a number of requests, 0 to block, or -1 for no limit.</source>
        <translation>“%1”不行；请给出请求数，0 表示阻止，-1 表示不限。</translation>
    </message>
    <message>
        <source>it holds a character that cannot stand in a header; use letters, digits and signs of ASCII without blanks.</source>
        <translation>其中有不能放入请求头的字符；请用不含空格的 ASCII 字母、数字和符号。</translation>
    </message>
    <message>
        <source>“%1” does not do; give up to %2 letters, digits, “-” and “_”.</source>
        <translation>“%1”不行；请给出最多 %2 个字母、数字、“-”和“_”。</translation>
    </message>
    <message>
        <source>“%1” is not a path.</source>
        <translation>“%1”不是路径。</translation>
    </message>
    <message>
        <source>No effect in this version.</source>
        <translation>在此版本中不起作用。</translation>
    </message>
    <message>
        <source>Not in this version: refused unless empty or false.</source>
        <translation>此版本中没有：除非为空或 false，否则拒绝。</translation>
    </message>
    <message>
        <source>lists of allowed addresses are not in this version, and to go on without would leave the admin API open to addresses that this setting shuts out; remove it, and keep HOST on loopback or use a firewall.</source>
        <translation>此版本没有地址白名单，若不管它继续运行，管理接口就会对此设置想要拒绝的地址开放；请删除此设置，并让 HOST 保持在回环地址，或使用防火墙。</translation>
    </message>
    <message>
        <source>Address to listen on.</source>
        <translation>监听的地址。</translation>
    </message>
    <message>
        <source>Port to listen on; 0 takes any free one.</source>
        <translation>监听的端口；0 表示任意空闲端口。</translation>
    </message>
    <message>
        <source>Directory of the database, the admin token and the log.</source>
        <translation>存放数据库、管理令牌和日志的目录。</translation>
    </message>
    <message>
        <source>Database: memory:, or a file, relative to the data directory.</source>
        <translation>数据库：memory:，或一个文件（相对于数据目录）。</translation>
    </message>
    <message>
        <source>Worker threads for requests.</source>
        <translation>处理请求的工作线程数。</translation>
    </message>
    <message>
        <source>Token of the admin API; without one, the data directory&apos;s file is used.</source>
        <translation>管理接口的令牌；不给出时用数据目录中的文件。</translation>
    </message>
    <message>
        <source>Name of the service in log lines.</source>
        <translation>日志行中的服务名称。</translation>
    </message>
    <message>
        <source>Whether GET /metrics answers.</source>
        <translation>GET /metrics 是否应答。</translation>
    </message>
    <message>
        <source>Requests a day of keys without limits of their own; 0 blocks, -1 is no limit.</source>
        <translation>没有自己限额的密钥每天的请求数；0 表示阻止，-1 表示不限。</translation>
    </message>
    <message>
        <source>Requests a month of keys without limits of their own; 0 blocks, -1 is no limit.</source>
        <translation>没有自己限额的密钥每月的请求数；0 表示阻止，-1 表示不限。</translation>
    </message>
    <message>
        <source>What the secrets of new keys begin with.</source>
        <translation>新密钥私密串的前缀。</translation>
    </message>
    <message>
        <source>IANA time zone by which days, weeks and months begin.</source>
        <translation>划分日、周、月所用的 IANA 时区。</translation>
    </message>
    <message>
        <source>Whether every attempt counts, or only what the provider answered well.</source>
        <translation>是每次尝试都计数，还是只计上游应答成功的。</translation>
    </message>
    <message>
        <source>Tokens reserved for an answer whose request names no ceiling.</source>
        <translation>请求未给上限时为应答预留的 token 数。</translation>
    </message>
    <message>
        <source>Secret of the provider from the settings.</source>
        <translation>来自设置的上游的密钥。</translation>
    </message>
    <message>
        <source>Base URL of the provider from the settings.</source>
        <translation>来自设置的上游的基础 URL。</translation>
    </message>
    <message>
        <source>How long a connection to a provider may take, in seconds.</source>
        <translation>连接上游最多可用的时间，以秒计。</translation>
    </message>
    <message>
        <source>How long a provider may take to begin its answer, in seconds.</source>
        <translation>上游开始应答最多可用的时间，以秒计。</translation>
    </message>
    <message>
        <source>How long a provider may be silent within an answer, in seconds.</source>
        <translation>上游在应答中最长可静默的时间，以秒计。</translation>
    </message>
    <message>
        <source>The largest body that is taken.</source>
        <translation>接受的最大请求正文。</translation>
    </message>
    <message>
        <source>Connections that one lane holds open.</source>
        <translation>每个工作线程保持的连接数。</translation>
    </message>
    <message>
        <source>How long the head of a request may take, in seconds.</source>
        <translation>请求头最多可用的时间，以秒计。</translation>
    </message>
    <message>
        <source>How long a request may be silent within its body, in seconds.</source>
        <translation>请求正文中最长可静默的时间，以秒计。</translation>
    </message>
    <message>
        <source>How long an idle connection is kept, in seconds.</source>
        <translation>空闲连接保持的时间，以秒计。</translation>
    </message>
    <message>
        <source>How long open answers may go on when the service stops, in seconds.</source>
        <translation>服务停止时进行中的应答可继续的时间，以秒计。</translation>
    </message>
    <message>
        <source>The least weighty log lines that are written: debug, info, warn, error.</source>
        <translation>写出的最低日志级别：debug、info、warn、error。</translation>
    </message>
    <message>
        <source>Form of log lines: text or json.</source>
        <translation>日志行的格式：text 或 json。</translation>
    </message>
    <message>
        <source>Log file, relative to the data directory; none: standard error only.</source>
        <translation>日志文件，相对于数据目录；none：只写标准错误。</translation>
    </message>
    <message>
        <source>Size at which a new log file is begun.</source>
        <translation>日志文件达到此大小时换新文件。</translation>
    </message>
    <message>
        <source>Older log files that are kept.</source>
        <translation>保留的旧日志文件数。</translation>
    </message>
    <message>
        <source>“%1” does not do; give a whole number from %2 to %3.</source>
        <translation>“%1”不行；请给出 %2 到 %3 的整数。</translation>
    </message>
    <message>
        <source>“%1” does not do; write true or false.</source>
        <translation>“%1”不行；请写 true 或 false。</translation>
    </message>
    <message>
        <source>“%1” does not do; give a size from %2 to %3 bytes, like 32mb or 1048576.</source>
        <translation>“%1”不行；请给出 %2 到 %3 字节的大小，例如 32mb 或 1048576。</translation>
    </message>
    <message>
        <source>“%1” does not do; give a duration from %2 to %3 seconds, like 30, 30s or 2m.</source>
        <translation>“%1”不行；请给出 %2 到 %3 秒的时长，例如 30、30s 或 2m。</translation>
    </message>
    <message>
        <source>“%1” is not an address; give an IP address of this host, like 127.0.0.1, 0.0.0.0 or ::1, or localhost.</source>
        <translation>“%1”不是地址；请给出本机的 IP 地址，例如 127.0.0.1、0.0.0.0 或 ::1，或 localhost。</translation>
    </message>
    <message>
        <source>“%1” is not a time zone known on this host; give an IANA name, like Asia/Shanghai or UTC.</source>
        <translation>“%1”不是本机已知的时区；请给出 IANA 名称，例如 Asia/Shanghai 或 UTC。</translation>
    </message>
    <message>
        <source>a base URL must not hold credentials; give the secret as the provider&apos;s key.</source>
        <translation>基础 URL 不能含有凭据；请把密钥作为上游的密钥给出。</translation>
    </message>
    <message>
        <source>“%1” is not a base URL; write it like https://api.example.com/v1.</source>
        <translation>“%1”不是基础 URL；请写成 https://api.example.com/v1 这样。</translation>
    </message>
    <message>
        <source>a base URL has no query and no fragment; write it like https://api.example.com/v1.</source>
        <translation>基础 URL 没有查询和片段；请写成 https://api.example.com/v1 这样。</translation>
    </message>
    <message>
        <source>PostgreSQL is not in this version; give a file, like sqlite:quota.db, or memory:.</source>
        <translation>此版本没有 PostgreSQL；请给出文件（如 sqlite:quota.db）或 memory:。</translation>
    </message>
    <message>
        <source>“%1:” is not a kind of database known here; give a path, sqlite:PATH, file:PATH or memory:.</source>
        <translation>“%1:”不是这里已知的数据库种类；请给出路径、sqlite:路径、file:路径或 memory:。</translation>
    </message>
    <message>
        <source>“%1” names no file; give a path, sqlite:PATH or memory:.</source>
        <translation>“%1”没有指明文件；请给出路径、sqlite:路径或 memory:。</translation>
    </message>
    <message>
        <source>Runs the service until a signal stops it.</source>
        <translation>运行服务，直到收到停止信号。</translation>
    </message>
    <message>
        <source>private_ca: there is no private authority that could vouch for it; name a file with their certificates in UPSTREAM_CA_FILE and start the service anew.</source>
        <translation>private_ca：没有可以为它担保的私有证书颁发机构；请在 UPSTREAM_CA_FILE 中指定包含其证书的文件，然后重新启动服务。</translation>
    </message>
    <message>
        <source>“%1” is there twice; leave one, so that everybody reads the same.</source>
        <translation>“%1”出现了两次；请只保留一个，使各方读到的内容一致。</translation>
    </message>
    <message>
        <source>“%1” must be written “%2”.</source>
        <translation>“%1”必须写作“%2”。</translation>
    </message>
    <message>
        <source>“%1” must be a name of 1 to 256 bytes without control characters or broken ones.</source>
        <translation>“%1”必须是 1 到 256 字节的名称，不含控制字符或损坏的字符。</translation>
    </message>
    <message>
        <source>The name “%1” holds a NUL or a broken character.</source>
        <translation>名称“%1”中含有 NUL 或损坏的字符。</translation>
    </message>
    <message>
        <source>“%1” must be a whole number from 1 to 128.</source>
        <translation>“%1”必须是 1 到 128 之间的整数。</translation>
    </message>
    <message>
        <source>The body must come uncompressed, without “%1”.</source>
        <translation>请求体不能压缩，不能带“%1”。</translation>
    </message>
    <message>
        <source>“%1” must be “application/json”, in UTF-8.</source>
        <translation>“%1”必须是“application/json”，并使用 UTF-8。</translation>
    </message>
    <message>
        <source>the form does not start with its boundary</source>
        <translation>表单没有以其分隔符开头</translation>
    </message>
    <message>
        <source>the form&apos;s boundary does not stand alone on a line that is ended by CR LF</source>
        <translation>表单的分隔符没有独占以 CR LF 结尾的一行</translation>
    </message>
    <message>
        <source>the fields above a part of the form are longer than 8 kB</source>
        <translation>表单某一部分的头字段超过 8 kB</translation>
    </message>
    <message>
        <source>a part of the form is not as long as its Content-Length says</source>
        <translation>表单某一部分的长度与其 Content-Length 不符</translation>
    </message>
    <message>
        <source>the form&apos;s field “model” is not a name of 1 to 256 bytes of UTF-8 without control characters</source>
        <translation>表单的“model”字段不是 1 到 256 字节、不含控制字符的 UTF-8 名称</translation>
    </message>
    <message>
        <source>the form names two models</source>
        <translation>表单指定了两个模型</translation>
    </message>
    <message>
        <source>something follows the end of the form</source>
        <translation>表单结束之后还有内容</translation>
    </message>
    <message>
        <source>the form ends too early</source>
        <translation>表单过早结束</translation>
    </message>
    <message>
        <source>the fields above a part of the form are malformed</source>
        <translation>表单某一部分的头字段格式错误</translation>
    </message>
    <message>
        <source>a part of the form does not have one plain “Content-Disposition: form-data; name=…”</source>
        <translation>表单某一部分没有唯一且普通的“Content-Disposition: form-data; name=…”</translation>
    </message>
    <message>
        <source>the form&apos;s field “model” is not plain UTF-8 text</source>
        <translation>表单的“model”字段不是普通的 UTF-8 文本</translation>
    </message>
    <message>
        <source>a name in the form is one that some read as “model”; write it “model”</source>
        <translation>表单中的某个名称会被一些程序读作“model”；请写作“model”</translation>
    </message>
    <message>
        <source>a part of the form is encoded, or has parts of its own</source>
        <translation>表单的某一部分经过编码，或自身又含有多个部分</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2); check the path and who may read it.</source>
        <translation>无法读取 %1（%2）；请检查路径和读取权限。</translation>
    </message>
    <message>
        <source>%1 holds no certificate in PEM form; write the certificates of your authorities into it, one after another.</source>
        <translation>%1 中没有 PEM 格式的证书；请把证书颁发机构的证书依次写入其中。</translation>
    </message>
    <message>
        <source>%1 holds %2 certificates, of which %3 can be read; copy the others into it again.</source>
        <translation>%1 中有 %2 个证书，其中 %3 个可以读取；请重新复制其余的证书。</translation>
    </message>
    <message>
        <source>there is no private authority that could vouch for the provider; name a file with their certificates in UPSTREAM_CA_FILE.</source>
        <translation>没有可以为上游担保的私有证书颁发机构；请在 UPSTREAM_CA_FILE 中指定包含其证书的文件。</translation>
    </message>
    <message>
        <source>this is not the address of a proxy; write it like http://host:3128 or socks5://user:password@host:1080.</source>
        <translation>这不是代理地址；请写成 http://host:3128 或 socks5://user:password@host:1080 的形式。</translation>
    </message>
    <message>
        <source>The longest request line (method, path, version) that is taken.</source>
        <translation>接受的最长请求行（方法、路径、版本）。</translation>
    </message>
    <message>
        <source>The largest head of a request (its line and header fields) that is taken.</source>
        <translation>接受的最大请求头（请求行和头字段）。</translation>
    </message>
    <message>
        <source>Header fields that a request may have.</source>
        <translation>一个请求最多可带的头字段数。</translation>
    </message>
    <message>
        <source>How long the whole body of a request may take, in seconds.</source>
        <translation>接收整个请求体的最长时间，单位秒。</translation>
    </message>
    <message>
        <source>Memory that one lane uses for bodies it is receiving.</source>
        <translation>每个工作线程用于正在接收的请求体的内存。</translation>
    </message>
    <message>
        <source>How long a client may take nothing of its answer, in seconds.</source>
        <translation>客户端可以多久不读取其应答，单位秒。</translation>
    </message>
    <message>
        <source>Connections from one address that one lane holds open.</source>
        <translation>每个工作线程为同一地址保持的连接数。</translation>
    </message>
    <message>
        <source>Outbound proxy to https providers: http://host:3128 or socks5://user:password@host:1080.</source>
        <translation>访问 https 上游的出站代理：http://host:3128 或 socks5://user:password@host:1080。</translation>
    </message>
    <message>
        <source>Outbound proxy to http providers, of the same forms.</source>
        <translation>访问 http 上游的出站代理，形式相同。</translation>
    </message>
    <message>
        <source>Outbound proxy where neither of the two is set.</source>
        <translation>前两项都未设置时使用的出站代理。</translation>
    </message>
    <message>
        <source>Hosts that are reached without a proxy, with all below them, separated by commas; * for all. This host always is.</source>
        <translation>不经代理访问的主机（包括其下级域名），以逗号分隔；* 表示全部。本机始终不经代理。</translation>
    </message>
    <message>
        <source>Certificates (PEM) of private authorities, for the providers that say so; relative to the data directory.</source>
        <translation>私有证书颁发机构的证书（PEM），供声明需要它的上游使用；相对于数据目录。</translation>
    </message>
    <message>
        <source>Whether only UPSTREAM_CA_FILE vouches for the provider from the settings.</source>
        <translation>设置中的上游是否只由 UPSTREAM_CA_FILE 担保。</translation>
    </message>
    <message>
        <source>How long a provider may take for an answer in all, in seconds.</source>
        <translation>上游完成一个应答的最长总时间，单位秒。</translation>
    </message>
    <message>
        <source>Idle connections to a provider that one lane keeps.</source>
        <translation>每个工作线程为一个上游保留的空闲连接数。</translation>
    </message>
    <message>
        <source>How long an idle connection to a provider is kept, in seconds.</source>
        <translation>与上游的空闲连接保留多久，单位秒。</translation>
    </message>
    <message>
        <source>How long a connection to a provider serves before its name is looked up anew, in seconds.</source>
        <translation>与上游的连接使用多久后重新解析其名称，单位秒。</translation>
    </message>
    <message>
        <source>%1 at work, with up to %2 connections each instead of %3: this host lets the service open too few files. Raise LimitNOFILE= (systemd) or ulimit -n, or lower MAX_CONNECTIONS.</source>
        <translation>%1 个正在工作，每个最多 %2 个连接，而不是 %3 个：本机允许服务打开的文件太少。请调高 LimitNOFILE=（systemd）或 ulimit -n，或调低 MAX_CONNECTIONS。</translation>
    </message>
    <message>
        <source>%1 at work, with up to %2 connections each.</source>
        <translation>%1 个正在工作，每个最多 %2 个连接。</translation>
    </message>
    <message>
        <source>The certificate of %1 expired on %2, and clients refuse it. Renew it, then send SIGHUP.</source>
        <translation>%1 的证书已于 %2 过期，客户端会拒绝它。请更新证书，然后发送 SIGHUP。</translation>
    </message>
    <message>
        <source>The certificate of %1 expires on %2. Renew it, then send SIGHUP.</source>
        <translation>%1 的证书将于 %2 过期。请更新证书，然后发送 SIGHUP。</translation>
    </message>
    <message>
        <source>TLS; the certificate of %1 is valid until %2.</source>
        <translation>TLS；%1 的证书有效期至 %2。</translation>
    </message>
    <message>
        <source>Others can reach the admin API at %1 without TLS, so that admin tokens cross the network in clear. Set TLS_CERT_FILE and TLS_KEY_FILE, or keep it on this host with ADMIN_LISTEN.</source>
        <translation>其他主机可以不经 TLS 访问 %1 上的管理 API，管理令牌会以明文经过网络。请设置 TLS_CERT_FILE 和 TLS_KEY_FILE，或用 ADMIN_LISTEN 让它只在本机监听。</translation>
    </message>
    <message>
        <source>Plain HTTP, for the admin API on this host only.</source>
        <translation>明文 HTTP，管理 API 仅限本机。</translation>
    </message>
    <message>
        <source>The service; without it, the one that uses the data directory, or http://127.0.0.1:8787.</source>
        <translation>服务的地址；未给出时为使用该数据目录的服务，或 http://127.0.0.1:8787。</translation>
    </message>
    <message>
        <source>PEM file of the authority that vouches for the certificate of an https address; without it, those of the system.</source>
        <translation>为 https 地址的证书担保的证书颁发机构的 PEM 文件；未给出时使用系统的。</translation>
    </message>
    <message>
        <source>--ca-file: %1 holds no certificate in PEM form, or cannot be read.</source>
        <translation>--ca-file：%1 中没有 PEM 格式的证书，或无法读取。</translation>
    </message>
    <message>
        <source>If it is the certificate (%1): --url must name a host that the certificate is for, and --ca-file the authority that vouches for it.</source>
        <translation>如果问题出在证书（%1）：--url 必须是证书所对应的主机，--ca-file 必须是为其担保的证书颁发机构。</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2); check the path, and that this user may read it.</source>
        <translation>无法读取 %1（%2）；请检查路径，并确认当前用户有读取权限。</translation>
    </message>
    <message>
        <source>%1 holds no certificate; give a PEM file with the server&apos;s own certificate first and the rest of its chain behind it.</source>
        <translation>%1 中没有证书；请给出 PEM 文件，服务器自己的证书在最前，证书链的其余部分在后。</translation>
    </message>
    <message>
        <source>the key in %1 is encrypted, and nobody is there to type its password when the service starts; write it without one (openssl pkey -in FILE -out FILE2) to a file that only this user can read.</source>
        <translation>%1 中的私钥已加密，而服务启动时没有人输入口令；请去掉口令（openssl pkey -in FILE -out FILE2），写入只有当前用户可读的文件。</translation>
    </message>
    <message>
        <source>%1 holds no private key of kind RSA or EC; give the PEM file with the key of the certificate.</source>
        <translation>%1 中没有 RSA 或 EC 私钥；请给出与证书对应的私钥的 PEM 文件。</translation>
    </message>
    <message>
        <source>the key in %1 does not belong to the first certificate in %2; give the two that were issued together, the server&apos;s own certificate first.</source>
        <translation>%1 中的私钥不属于 %2 中的第一个证书；请给出一同签发的两者，服务器自己的证书在最前。</translation>
    </message>
    <message>
        <source>the RSA key in %1 has %2 bits, too few for the TLS library of this system; have a certificate issued for one with %3 or more.</source>
        <translation>%1 中的 RSA 密钥只有 %2 位，本系统的 TLS 库认为太短；请为不少于 %3 位的密钥签发证书。</translation>
    </message>
    <message>
        <source>the TLS library of this system does not take the certificate in %1; have one issued for an RSA key of 2048 bits or an EC key of curve P-256.</source>
        <translation>本系统的 TLS 库不接受 %1 中的证书；请为 2048 位 RSA 密钥或 P-256 曲线的 EC 密钥签发证书。</translation>
    </message>
    <message>
        <source>there is no TLS library on this system that can be used; install OpenSSL 3 (Debian: libssl3).</source>
        <translation>本系统没有可用的 TLS 库；请安装 OpenSSL 3（Debian：libssl3）。</translation>
    </message>
    <message>
        <source>the token is short or well known, and %1 can be reached from other hosts; give at least 16 random characters (openssl rand -hex 32), or leave it out to have one made.</source>
        <translation>令牌太短或众所周知，而 %1 可从其他主机访问；请给出至少 16 个随机字符（openssl rand -hex 32），或留空以自动生成。</translation>
    </message>
    <message>
        <source>%1 is where HOST and PORT are served already (%2); give the admin API another port, or leave ADMIN_LISTEN out to have it there, too.</source>
        <translation>%1 已由 HOST 和 PORT 使用（%2）；请给管理 API 另一个端口，或去掉 ADMIN_LISTEN，让它也在那里提供。</translation>
    </message>
    <message>
        <source>it is missing, and %1 is given; TLS takes both, plain HTTP neither.</source>
        <translation>缺少此项，却给出了 %1；TLS 需要两者，明文 HTTP 两者都不要。</translation>
    </message>
    <message>
        <source>“%1” is not an address to listen on; give an IP address of this host and a port, like 127.0.0.1:9000 or [::1]:9000, or a port alone for this host only.</source>
        <translation>“%1”不是可以监听的地址；请给出本机的 IP 地址和端口，如 127.0.0.1:9000 或 [::1]:9000，或只给端口（仅限本机）。</translation>
    </message>
    <message>
        <source>PEM file of the certificate and its chain: clients speak TLS. SIGHUP reads it anew.</source>
        <translation>证书及其证书链的 PEM 文件：客户端使用 TLS。SIGHUP 会重新读取。</translation>
    </message>
    <message>
        <source>PEM file of the certificate&apos;s private key, not encrypted.</source>
        <translation>证书私钥的 PEM 文件，不加密。</translation>
    </message>
    <message>
        <source>Address and port, or port, for the admin API and the metrics alone; HOST and PORT then serve key holders only.</source>
        <translation>仅供管理 API 和指标使用的地址和端口，或端口；HOST 和 PORT 此后只服务密钥持有者。</translation>
    </message>
    <message>
        <source>The last backup failed: %1</source>
        <translation>最近一次备份失败：%1</translation>
    </message>
    <message>
        <source>There is no backup yet; they are made: %1. quota-proxy backup create makes one now.</source>
        <translation>还没有备份；备份计划：%1。运行 quota-proxy backup create 可立即备份。</translation>
    </message>
    <message>
        <source>The last good backup is of %1, and they are made: %2. Look at the log for why none came since, or make one now.</source>
        <translation>最近一次完好的备份是 %1，备份计划：%2。请查看日志了解之后为何没有备份，或立即备份。</translation>
    </message>
    <message>
        <source>The last good backup is of %1.</source>
        <translation>最近一次完好的备份：%1。</translation>
    </message>
    <message>
        <source>“%1” is no schedule; write off, hourly, daily 03:30, or weekly sun 03:30.</source>
        <translation>“%1”不是备份计划；请写 off、hourly、daily 03:30 或 weekly sun 03:30。</translation>
    </message>
    <message>
        <source>File whose first line is the passphrase of the backup.</source>
        <translation>首行为备份口令的文件。</translation>
    </message>
    <message>
        <source>the passphrase cannot be read from %1 (%2).</source>
        <translation>无法从 %1 读取口令（%2）。</translation>
    </message>
    <message>
        <source>Makes a backup, proves it, and prints its name.</source>
        <translation>创建备份、验证它，并输出其名称。</translation>
    </message>
    <message>
        <source>Writes a copy of it there, too.</source>
        <translation>同时把一份副本写到该处。</translation>
    </message>
    <message>
        <source>--output: there is something at “%1” already.</source>
        <translation>--output：“%1”处已有文件。</translation>
    </message>
    <message>
        <source>Lists the backups with what is known of each.</source>
        <translation>列出备份及各自的已知情况。</translation>
    </message>
    <message>
        <source>Unpacks a backup in a scratch place and proves it.</source>
        <translation>在临时位置解开备份并验证。</translation>
    </message>
    <message>
        <source>Restore this? Type yes: </source>
        <translation>要恢复吗？请输入 yes：</translation>
    </message>
    <message>
        <source>Nothing was restored.</source>
        <translation>没有恢复任何内容。</translation>
    </message>
    <message>
        <source>A dry run: nothing was changed.</source>
        <translation>这是试运行：没有任何改动。</translation>
    </message>
    <message>
        <source>Restored and proven; there are %1 keys.</source>
        <translation>已恢复并通过验证；现有 %1 个密钥。</translation>
    </message>
    <message>
        <source>What was there before is in %1.</source>
        <translation>恢复前的内容在 %1 中。</translation>
    </message>
    <message>
        <source>Proves a backup, shows what it changes, and puts it back, into a running service, too; with a safety backup of what is there, and all or nothing.</source>
        <translation>验证备份、显示将改变什么，再恢复它，服务运行时也可以；恢复前先备份现有内容，要么全部完成，要么毫无改动。</translation>
    </message>
    <message>
        <source>Shows what would change, and changes nothing.</source>
        <translation>显示将改变什么，但不做改动。</translation>
    </message>
    <message>
        <source>keys or settings, instead of all.</source>
        <translation>只恢复 keys 或 settings，而非全部。</translation>
    </message>
    <message>
        <source>--only: “%1” does not do; write keys or settings.</source>
        <translation>--only：“%1”不可用；请写 keys 或 settings。</translation>
    </message>
    <message>
        <source>Deletes backups that need no longer be kept, by the settings.</source>
        <translation>按设置删除不必再保留的备份。</translation>
    </message>
    <message>
        <source>Delete old backups? Type yes: </source>
        <translation>要删除旧备份吗？请输入 yes：</translation>
    </message>
    <message>
        <source>Makes a backup and proves it.</source>
        <translation>创建备份并验证。</translation>
    </message>
    <message>
        <source>Lists the backups.</source>
        <translation>列出备份。</translation>
    </message>
    <message>
        <source>Proves a backup.</source>
        <translation>验证备份。</translation>
    </message>
    <message>
        <source>Puts a backup back.</source>
        <translation>恢复备份。</translation>
    </message>
    <message>
        <source>Deletes backups that need no longer be kept.</source>
        <translation>删除不必再保留的备份。</translation>
    </message>
    <message>
        <source>There is no data directory at %1. Give the service&apos;s with --data-dir, or its address with --url.</source>
        <translation>%1 处没有数据目录。请用 --data-dir 指定服务的数据目录，或用 --url 指定服务地址。</translation>
    </message>
    <message>
        <source>not verified</source>
        <translation>未验证</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>good, verified at %1</source>
        <translation>完好，验证于 %1</translation>
    </message>
    <message>
        <source>%1: %2, %3 keys, %4 request rows, schema %5.</source>
        <translation>%1：%2，%3 个密钥，%4 条请求记录，结构版本 %5。</translation>
    </message>
    <message>
        <source>With its passphrase all of it can be restored on any host, secrets of providers included.</source>
        <translation>凭其口令可在任何主机上全部恢复，包括上游的密钥。</translation>
    </message>
    <message>
        <source>Secrets of providers inside are sealed: on another host they must be entered again, unless its seal-key file comes along. --passphrase-file makes a backup that holds all.</source>
        <translation>其中上游的密钥是密封的：在另一台主机上须重新填写，除非一并带上 seal-key 文件。使用 --passphrase-file 可创建包含全部内容的备份。</translation>
    </message>
    <message>
        <source>BACKUP</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>MADE</source>
        <translation>创建时间</translation>
    </message>
    <message>
        <source>SIZE</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>KEYS</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>In %1; made %2; kept: %3 days, %4 weeks, %5 months.</source>
        <translation>位于 %1；计划：%2；保留：%3 天、%4 周、%5 个月。</translation>
    </message>
    <message>
        <source>Keys: %1 come, %2 go, %3 change.</source>
        <translation>密钥：新增 %1 个，移除 %2 个，变更 %3 个。</translation>
    </message>
    <message>
        <source>Books: %1 request rows and %2 tokens become %3 and %4.</source>
        <translation>账目：%1 条请求记录和 %2 个 token 变为 %3 条和 %4 个。</translation>
    </message>
    <message>
        <source>Providers: %1 become %2.</source>
        <translation>上游：%1 个变为 %2 个。</translation>
    </message>
    <message>
        <source>Makes, lists, proves and restores backups.</source>
        <translation>创建、列出、验证和恢复备份。</translation>
    </message>
    <message>
        <source>When backups are made: off, hourly, daily 03:30, or weekly sun 03:30, by QUOTA_TIMEZONE.</source>
        <translation>何时备份：off、hourly、daily 03:30 或 weekly sun 03:30，按 QUOTA_TIMEZONE 时区。</translation>
    </message>
    <message>
        <source>Directory of the backups, relative to the data directory.</source>
        <translation>备份目录，相对于数据目录。</translation>
    </message>
    <message>
        <source>Days of which the newest backup is kept.</source>
        <translation>保留多少天的最新备份。</translation>
    </message>
    <message>
        <source>Weeks of which the newest backup is kept.</source>
        <translation>保留多少周的最新备份。</translation>
    </message>
    <message>
        <source>Months of which the newest backup is kept.</source>
        <translation>保留多少个月的最新备份。</translation>
    </message>
    <message>
        <source>The form cannot be read: %1. Send plain multipart/form-data, as curl -F does.</source>
        <translation>无法读取表单：%1。请像 curl -F 那样发送普通的 multipart/form-data。</translation>
    </message>
    <message>
        <source>The body must be multipart/form-data, as curl -F sends it.</source>
        <translation>请求体必须是 multipart/form-data，像 curl -F 发送的那样。</translation>
    </message>
    <message>
        <source>The address of this request and its body do not name the same model. Name it once, in the body.</source>
        <translation>请求的地址与请求体写的不是同一个模型。请只在请求体里写一次。</translation>
    </message>
    <message>
        <source>The form&apos;s field “model” does not come within its first %1 bytes. Send it before the file.</source>
        <translation>表单的前 %1 字节里没有字段“model”。请把它放在文件之前发送。</translation>
    </message>
    <message>
        <source>The form&apos;s field “model” comes too late. Send it before the file.</source>
        <translation>表单的字段“model”来得太晚。请把它放在文件之前发送。</translation>
    </message>
    <message>
        <source>How much of a form is held back until its field “model” has come.</source>
        <translation>在字段“model”到达之前，最多暂存多少表单内容。</translation>
    </message>
    <message>
        <source>“%1” does not do; write MODEL=TOKENS, a “*” only at the end of the name, and commas between several.</source>
        <translation>“%1”不行；请写 模型=token 数，“*”只能在名字末尾，多个之间用逗号。</translation>
    </message>
    <message>
        <source>The same for single models: MODEL=TOKENS, several with commas; “*” at the end of a name stands for anything.</source>
        <translation>同上，按模型：模型=token 数，多个用逗号；名字末尾的“*”代表任意文字。</translation>
    </message>
    <message>
        <source>The ceiling that a request without one is forwarded with, where its key has a limit of tokens: leave (none), max_tokens or max_completion_tokens, the name that chats get.</source>
        <translation>密钥有 token 限额而请求未写上限时，转发时加上的上限：leave（不加）、max_tokens 或 max_completion_tokens（对话请求所用的名字）。</translation>
    </message>
    <message>
        <source>What is reserved for a prompt: estimate, or bytes: one token for each byte of the body, which no text exceeds.</source>
        <translation>为提示预留多少：estimate（估算），或 bytes：请求体每字节一个 token，任何文本都不会超过。</translation>
    </message>
    <message>
        <source>What becomes of an answer whose holder leaves: cancel (what was streamed is charged, as an estimate) or drain (it is read on for the true figure).</source>
        <translation>持有者离开后如何处理回答：cancel（取消，已传出的部分按估算计费）或 drain（继续读完以得到真实数字）。</translation>
    </message>
    <message>
        <source>How long an answer is read on after its holder left, in seconds.</source>
        <translation>持有者离开后，继续读取回答的最长时间，单位秒。</translation>
    </message>
    <message>
        <source>How much of an answer is read on after its holder left.</source>
        <translation>持有者离开后，最多继续读取多少回答。</translation>
    </message>
    <message>
        <source>What a backup may hold, unpacked; a larger one is not taken.</source>
        <translation>备份解开后允许的大小；更大的不予接受。</translation>
    </message>
    <message>
        <source>Its models are those of its team, which this file does not hold: it comes disabled. Give it models, then enable it.</source>
        <translation>它的模型由所属团队决定，而此文件不含团队：导入后为停用。请为它设定模型，再启用。</translation>
    </message>
    <message>
        <source>Only its first %1 models come.</source>
        <translation>只导入它的前 %1 个模型。</translation>
    </message>
    <message>
        <source>It has spent %1 in money, which does not come along: requests and tokens are counted here.</source>
        <translation>它已花费 %1（金额），不能导入：这里按请求和 token 计数。</translation>
    </message>
    <message>
        <source>Its budget is used up (%1 of %2), and budgets in money do not come along: it comes disabled.</source>
        <translation>它的预算已用完（%1 / %2），而金额预算不能导入：导入后为停用。</translation>
    </message>
    <message>
        <source>Its budget in money (%1 of %2 spent) does not come along: give it a limit of requests or tokens.</source>
        <translation>它的金额预算（已用 %1 / %2）不能导入：请为它设定请求或 token 限额。</translation>
    </message>
    <message>
        <source>It was restricted by %1, which does not come along: it comes disabled. Enable it when that may be.</source>
        <translation>它受 %1 限制，该限制不能导入：导入后为停用。确认可以后再启用。</translation>
    </message>
    <message>
        <source>It belongs to a team, an organization or a shared budget, whose limits this file does not hold.</source>
        <translation>它属于某个团队、组织或共享预算，此文件不含它们的限额。</translation>
    </message>
    <message>
        <source>It is there twice; the first one comes.</source>
        <translation>它出现了两次；导入第一个。</translation>
    </message>
    <message>
        <source>%1 rows hold no key: they stay behind.</source>
        <translation>%1 行没有密钥：不导入。</translation>
    </message>
    <message>
        <source>Its daily limit was 0, which the old documents call unlimited: it comes with no limit.</source>
        <translation>它的每日限额是 0，旧文档称之为不限：导入后没有限额。</translation>
    </message>
    <message>
        <source>%1 counts are of no key that is there, or of no day: they stay behind.</source>
        <translation>%1 条计数不属于文件中的任何密钥，或没有日期：不导入。</translation>
    </message>
    <message>
        <source>%1 applications stay behind: there is no application form here.</source>
        <translation>%1 份申请不导入：这里没有申请表。</translation>
    </message>
    <message>
        <source>%1 rows stay behind: there is no place for them here.</source>
        <translation>%1 行不导入：这里没有对应的位置。</translation>
    </message>
    <message>
        <source>It was refused there (status %1) for no reason that its row tells: it comes disabled.</source>
        <translation>它在原系统被拒绝（状态 %1），而该行没有说明原因：导入后为停用。</translation>
    </message>
    <message>
        <source>It was restricted to the addresses %1, which does not come along: it comes disabled. Enable it when that may be.</source>
        <translation>它只允许来自地址 %1，该限制不能导入：导入后为停用。确认可以后再启用。</translation>
    </message>
    <message>
        <source>Quotas weight tokens by the price of their model; they come as limits of tokens in total, which count each token once.</source>
        <translation>原配额按模型价格对 token 加权；导入为 token 总量限额，每个 token 只计一次。</translation>
    </message>
    <message>
        <source>%1 users stay behind, with the quota that their tokens share: there are keys only here.</source>
        <translation>%1 个用户不导入，其令牌共享的配额也不导入：这里只有密钥。</translation>
    </message>
    <message>
        <source>%1 channels stay behind: enter them as providers.</source>
        <translation>%1 个渠道不导入：请作为上游录入。</translation>
    </message>
    <message>
        <source>%1 redemption codes stay behind: there are none here.</source>
        <translation>%1 个兑换码不导入：这里没有兑换码。</translation>
    </message>
    <message>
        <source>%1 rows of its log stay behind: counts come, single requests do not.</source>
        <translation>它的 %1 行日志不导入：导入计数，不导入单条请求。</translation>
    </message>
    <message>
        <source>Its user is disabled there: it comes disabled.</source>
        <translation>它的用户在原系统已停用：导入后为停用。</translation>
    </message>
    <message>
        <source>Takes over the keys of another system.</source>
        <translation>接管另一系统的密钥。</translation>
    </message>
    <message>
        <source>the default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Found: %1. Keys: %2 in it, %3 come, %4 are here already and stay as they are.</source>
        <translation>识别为：%1。密钥：共 %2 个，导入 %3 个，%4 个已在此处、保持不变。</translation>
    </message>
    <message>
        <source>What does not come along, or not as it was:</source>
        <translation>不能导入或不能原样导入的内容：</translation>
    </message>
    <message>
        <source>The settings keep everything in memory (DATABASE_URL=memory:), so there is nothing to import into. Set DATABASE_URL to a file.</source>
        <translation>设置要求一切只在内存中（DATABASE_URL=memory:），因此没有可导入的目标。请把 DATABASE_URL 设为一个文件。</translation>
    </message>
    <message>
        <source>A quota-proxy (pid %1) uses the data directory %2. Import works only while no service runs on it: stop it, import, and start it again.</source>
        <translation>一个 quota-proxy（进程 %1）正在使用数据目录 %2。只有在没有服务使用它时才能导入：请停止服务，导入，再启动。</translation>
    </message>
    <message>
        <source>Import this? Type yes: </source>
        <translation>导入这些内容？请输入 yes：</translation>
    </message>
    <message>
        <source>Nothing was imported.</source>
        <translation>没有导入任何内容。</translation>
    </message>
    <message>
        <source>Imported %1 keys; there are %2 now.</source>
        <translation>已导入 %1 个密钥；现在共有 %2 个。</translation>
    </message>
    <message>
        <source>Takes over the keys of another system from its file, which stays as it is: the earlier quota-proxy (JSON, SQLite), one-api (SQLite), LiteLLM&apos;s key table (CSV, JSON). Secrets keep working. A key that is here already stays as it is.</source>
        <translation>从另一系统的文件接管密钥，文件本身不变：早期的 quota-proxy（JSON、SQLite）、one-api（SQLite）、LiteLLM 的密钥表（CSV、JSON）。原密钥继续有效。已在此处的密钥保持不变。</translation>
    </message>
    <message>
        <source>Shows what would come, and changes nothing.</source>
        <translation>显示将会导入什么，不做任何更改。</translation>
    </message>
    <message>
        <source>Begins the CSV with a byte order mark, by which spreadsheets know UTF-8.</source>
        <translation>在 CSV 开头写入字节顺序标记（BOM），电子表格据此识别 UTF-8。</translation>
    </message>
    <message>
        <source>--bom goes with --csv.</source>
        <translation>--bom 须与 --csv 一起使用。</translation>
    </message>
    <message>
        <source>Database: %1 (%2, and %3 in its journal)</source>
        <translation>数据库：%1（%2，日志中另有 %3）</translation>
    </message>
    <message>
        <source>Service: runs on it (pid %1)</source>
        <translation>服务：正在使用它（pid %1）</translation>
    </message>
    <message>
        <source>Service: none runs on it</source>
        <translation>服务：没有服务在使用它</translation>
    </message>
    <message>
        <source>Permission: this user may not write it, or not in its directory</source>
        <translation>权限：当前用户不能写入该文件或其所在目录</translation>
    </message>
    <message>
        <source>Schema: %1 (this program&apos;s: %2)</source>
        <translation>表结构版本：%1（本程序：%2）</translation>
    </message>
    <message>
        <source>Instance: %1, made at %2</source>
        <translation>实例：%1，创建于 %2</translation>
    </message>
    <message>
        <source>Contents: %1 keys, %2 providers, %3 request rows</source>
        <translation>内容：%1 个密钥，%2 个上游，%3 条请求记录</translation>
    </message>
    <message>
        <source>Requests: from %1 to %2</source>
        <translation>请求：从 %1 到 %2</translation>
    </message>
    <message>
        <source>Shows which database there is, and what is in it.</source>
        <translation>显示数据库在哪里、其中有什么。</translation>
    </message>
    <message>
        <source>There is no database at %1. The first start of the service makes it, or quota-proxy database init.</source>
        <translation>%1 处没有数据库。服务首次启动时会创建，也可运行 quota-proxy database init。</translation>
    </message>
    <message>
        <source>The next start of the service brings it up to date, or quota-proxy database migrate does.</source>
        <translation>服务下次启动时会自动更新，也可运行 quota-proxy database migrate。</translation>
    </message>
    <message>
        <source>Limits are judged by the counters, reports are made of the sums; the rows say what happened. Somebody has written into the file, or this is a fault of ours: please report it.</source>
        <translation>限额按计数器判断，报表来自合计，而请求记录说明实际发生了什么。可能有人直接写过这个文件，也可能是本程序的缺陷：请报告。</translation>
    </message>
    <message>
        <source>The books of so old a schema cannot be checked; migrate first.</source>
        <translation>表结构版本过旧，无法核对账目；请先迁移。</translation>
    </message>
    <message>
        <source>Proves the database: its pages, its references, and that rows, sums and counters add up. Changes nothing.</source>
        <translation>检查数据库：页面、引用，以及请求记录、合计与计数器是否一致。不做任何更改。</translation>
    </message>
    <message>
        <source>Makes an empty database.</source>
        <translation>创建空数据库。</translation>
    </message>
    <message>
        <source>Shows which database there is.</source>
        <translation>显示现有的数据库。</translation>
    </message>
    <message>
        <source>Brings its tables up to date.</source>
        <translation>把表结构更新到当前版本。</translation>
    </message>
    <message>
        <source>Proves it.</source>
        <translation>检查数据库。</translation>
    </message>
    <message>
        <source>Makes an empty database where there is none.</source>
        <translation>在没有数据库的地方创建空数据库。</translation>
    </message>
    <message>
        <source>Moves a database that is there aside, and begins anew: without keys, providers and books.</source>
        <translation>把现有数据库移到一旁，重新开始：没有密钥、上游和账目。</translation>
    </message>
    <message>
        <source>There is a database at %1 already. --force moves it aside and begins anew.</source>
        <translation>%1 处已有数据库。加 --force 会把它移到一旁并重新开始。</translation>
    </message>
    <message>
        <source>Begin anew, without the keys and books of %1? They are kept aside. Type yes: </source>
        <translation>要重新开始，不再使用 %1 中的密钥和账目吗？原文件会保留。请输入 yes：</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>没有做任何更改。</translation>
    </message>
    <message>
        <source>Brings the tables of an older version up to date, after a proven backup; a start of the service does the same.</source>
        <translation>先做一份经过验证的备份，再把旧版本的表结构更新到当前版本；启动服务时也会这样做。</translation>
    </message>
    <message>
        <source>Up to date: schema %1.</source>
        <translation>已是最新：表结构版本 %1。</translation>
    </message>
    <message>
        <source>Schema %1 became %2. What was before is in the backup %3.</source>
        <translation>表结构版本从 %1 更新为 %2。更新前的内容在备份 %3 中。</translation>
    </message>
    <message>
        <source>The data directory, as the service has it.</source>
        <translation>数据目录，与服务所用的相同。</translation>
    </message>
    <message>
        <source>Where the database is, as DATABASE_URL says it; without it, quota.db in the data directory.</source>
        <translation>数据库的位置，写法同 DATABASE_URL；不给出时为数据目录中的 quota.db。</translation>
    </message>
    <message>
        <source>The settings keep everything in memory (DATABASE_URL=memory:): there is no file. Give one with --database.</source>
        <translation>按设置一切都在内存中（DATABASE_URL=memory:），没有文件。请用 --database 指定。</translation>
    </message>
    <message>
        <source>There is no data directory at %1. Give the service&apos;s with --data-dir.</source>
        <translation>%1 处没有数据目录。请用 --data-dir 指定服务的数据目录。</translation>
    </message>
    <message>
        <source>A quota-proxy (pid %1) uses the data directory %2. Stop it first, and try again.</source>
        <translation>quota-proxy（pid %1）正在使用数据目录 %2。请先停止它再重试。</translation>
    </message>
    <message>
        <source>Prints CSV, one line for each key.</source>
        <translation>输出 CSV，每个密钥一行。</translation>
    </message>
    <message>
        <source>%1 rows have no time or no action that can be read: they stay behind.</source>
        <translation>%1 行没有可读的时间或操作：不导入。</translation>
    </message>
    <message>
        <source>Of its audit log come up to %1 rows: who did what to which key and when, without the keys in clear text.</source>
        <translation>从它的审计日志最多导入 %1 行：何时对哪个密钥做了什么，不含明文密钥。</translation>
    </message>
    <message>
        <source>The books do not add up: %1 figures of the last day differ. The log names them.</source>
        <translation>账目对不上：最近一天有 %1 个数字不一致，日志中有说明。</translation>
    </message>
    <message>
        <source>“%1” does not do; write days from %2 to %3, such as 400d, or never.</source>
        <translation>“%1” 不行；请写 %2 到 %3 之间的天数，例如 400d，或 never。</translation>
    </message>
    <message>
        <source>Days after which the rows of single requests are removed, or never.</source>
        <translation>单个请求的记录保留多少天，或 never（永远保留）。</translation>
    </message>
    <message>
        <source>Days after which sums of usage are removed, by whole months, or never.</source>
        <translation>用量汇总保留多少天（按整月删除），或 never（永远保留）。</translation>
    </message>
    <message>
        <source>It would have passed when one of the %1 requests under way had ended, or with a concurrency of %2.</source>
        <translation>等正在进行的 %1 个请求中有一个结束，或并发上限为 %2 时，它就能通过。</translation>
    </message>
    <message>
        <source>It would have passed with these limits at least: %1.</source>
        <translation>限额至少为以下数值时，它就能通过：%1。</translation>
    </message>
    <message>
        <source>It would have passed from %1 on, or with these limits at least: %2.</source>
        <translation>从 %1 起，或限额至少为以下数值时，它就能通过：%2。</translation>
    </message>
    <message>
        <source>How its limits stood is no longer known: only the last %1 requests since the start of the service are kept with that (EXPLAIN_REQUESTS).</source>
        <translation>当时各限额的状况已不可知：只有服务启动以来最近 %1 个请求保留这些信息（EXPLAIN_REQUESTS）。</translation>
    </message>
    <message>
        <source>There is no such request, or it has not ended, or it was refused before its key&apos;s limits were looked at.</source>
        <translation>没有这个请求，或它尚未结束，或它在检查密钥限额之前就被拒绝。</translation>
    </message>
    <message>
        <source>How many of the last requests are kept in memory, half a kilobyte each, with how their limits were judged; 0 keeps none.</source>
        <translation>在内存中保留最近多少个请求（每个约半 KB）及其限额的判断；0 表示不保留。</translation>
    </message>
    <message>
        <source>Days after which entries of the audit log are removed, or never.</source>
        <translation>审计日志保留多少天，或 never（永远保留）。</translation>
    </message>
    <message>
        <source>%1 rows belonged to rows of %2 that are not there; they are left out.</source>
        <translation>%1 行所属的 %2 行不存在；这些行不保留。</translation>
    </message>
    <message>
        <source>The mark up to which rows are in the sums is lost; it is set to the last row.</source>
        <translation>“合计已计到哪一行”的标记已丢失；现设为最后一行。</translation>
    </message>
    <message>
        <source>%1 names of keys, models or providers are lost; in reports they are called lost-NUMBER.</source>
        <translation>%1 个密钥、模型或上游的名称已丢失；在报表中显示为 lost-编号。</translation>
    </message>
    <message>
        <source>%1 lost sums were made anew, out of rows and finer sums.</source>
        <translation>%1 个丢失的合计已由记录和更细的合计重新算出。</translation>
    </message>
    <message>
        <source>%1 lost counters were made anew, out of sums.</source>
        <translation>%1 个丢失的计数器已由合计重新算出。</translation>
    </message>
    <message>
        <source>The id of this instance is lost; it has a new one: %1.</source>
        <translation>本实例的标识已丢失；新的标识是 %1。</translation>
    </message>
    <message>
        <source>%1 rows between %2 and %3 cannot be read.</source>
        <translation>%2 与 %3 之间有 %1 行无法读取。</translation>
    </message>
    <message>
        <source>Between %1 and %2 %3 pages cannot be read; %4 rows of there were found elsewhere.</source>
        <translation>%1 与 %2 之间有 %3 页无法读取；其中 %4 行在别处找到。</translation>
    </message>
    <message>
        <source>%1 more places cannot be read.</source>
        <translation>另有 %1 处无法读取。</translation>
    </message>
    <message>
        <source>This table is none of this program; it does not come along.</source>
        <translation>此表不属于本程序，不会保留。</translation>
    </message>
    <message>
        <source>The key %1 is lost.</source>
        <translation>密钥 %1 已丢失。</translation>
    </message>
    <message>
        <source>Limits of the key %1 may be lost, so it is disabled. Look at its limits, then enable it: quota-proxy keys enable.</source>
        <translation>密钥 %1 的限额可能已丢失，因此已停用。请先查看其限额，再启用：quota-proxy keys enable。</translation>
    </message>
    <message>
        <source>Stop the service, and put the last good backup back: quota-proxy backup list, then quota-proxy backup restore NAME. Or save what can be read: quota-proxy database repair --dry-run shows what, quota-proxy database repair does it.</source>
        <translation>请停止服务，恢复最近一份完好的备份：先 quota-proxy backup list，再 quota-proxy backup restore 名称。或抢救还能读取的内容：quota-proxy database repair --dry-run 显示有哪些，quota-proxy database repair 执行修复。</translation>
    </message>
    <message>
        <source>They do no harm, but should not be there: somebody has written into the file. quota-proxy database repair leaves them out.</source>
        <translation>它们无害，但不应存在：有人改写过这个文件。quota-proxy database repair 会去掉它们。</translation>
    </message>
    <message>
        <source>Saves what can be read of a damaged one.</source>
        <translation>抢救损坏的数据库中还能读取的内容。</translation>
    </message>
    <message>
        <source>%1 more; quota-proxy database check names them.</source>
        <translation>另有 %1 条；quota-proxy database check 会列出。</translation>
    </message>
    <message>
        <source>TABLE</source>
        <translation>表</translation>
    </message>
    <message>
        <source>BEFORE</source>
        <translation>修复前</translation>
    </message>
    <message>
        <source>AFTER</source>
        <translation>修复后</translation>
    </message>
    <message>
        <source>No row is lost.</source>
        <translation>没有丢失任何一行。</translation>
    </message>
    <message>
        <source>What is lost, or not as it was:</source>
        <translation>丢失的或与原来不同的内容：</translation>
    </message>
    <message>
        <source>%1 figures of the books differ from what is left of the rows; quota-proxy database check names them.</source>
        <translation>账目中有 %1 个数字与留存的记录不一致；quota-proxy database check 会列出。</translation>
    </message>
    <message>
        <source>Nothing to repair: the file is sound. Nothing was changed.</source>
        <translation>无需修复：文件完好。未作任何更改。</translation>
    </message>
    <message>
        <source>The books do not add up, though: quota-proxy database check names the figures. A repair changes none.</source>
        <translation>但账目不一致：quota-proxy database check 会列出这些数字。修复不会改动它们。</translation>
    </message>
    <message>
        <source>Put this in the place of the damaged database? That one is kept aside. Type yes: </source>
        <translation>用它替换损坏的数据库吗？损坏的那个会保留在旁边。请输入 yes： </translation>
    </message>
    <message>
        <source>Repaired. The damaged database stays as %1.</source>
        <translation>已修复。损坏的数据库保留为 %1。</translation>
    </message>
    <message>
        <source>Salvages what can be read of a damaged database into a new one, proves that, and puts it in its place; the damaged one stays beside it. The last good backup is the better cure where it holds enough.</source>
        <translation>把损坏的数据库中还能读取的内容抢救到新的数据库，验证后替换原来的；损坏的文件保留在旁边。如果最近一份完好的备份内容足够，恢复备份更好。</translation>
    </message>
    <message>
        <source>Shows what would be saved and what is lost, and changes nothing.</source>
        <translation>显示能抢救什么、丢失什么，不作任何更改。</translation>
    </message>
    <message>
        <source>There is no database at %1. Put the last good backup back: quota-proxy backup list, then quota-proxy backup restore NAME.</source>
        <translation>%1 处没有数据库。请恢复最近一份完好的备份：先 quota-proxy backup list，再 quota-proxy backup restore 名称。</translation>
    </message>
    <message>
        <source>window: this key has no limit %1 that is enforced, so there is nothing to raise.</source>
        <translation>window：此密钥没有强制执行的限额 %1，无可提高。</translation>
    </message>
    <message>
        <source>amount: %1 does not raise the limit %2 of %3; give more, or -1 for no limit meanwhile.</source>
        <translation>amount：%1 不高于限额 %2 的 %3；请给出更大的数，或用 -1 表示期间不设限。</translation>
    </message>
    <message>
        <source>Nothing is to be changed. Give at least one of label, limits, template, concurrency, models, expires_at, disabled.</source>
        <translation>没有要修改的内容。请至少给出 label、limits、template、concurrency、models、expires_at、disabled 之一。</translation>
    </message>
    <message>
        <source>There is no such template.</source>
        <translation>没有这个模板。</translation>
    </message>
    <message>
        <source>template: there is no template “%1”; there is none at all.</source>
        <translation>template：没有模板“%1”；目前没有任何模板。</translation>
    </message>
    <message>
        <source>template: there is no template “%1”; there are %2.</source>
        <translation>template：没有模板“%1”；现有 %2。</translation>
    </message>
    <message>
        <source>version: somebody changed this template meanwhile. Look at “current” and try again with its version.</source>
        <translation>version：其间有人修改了此模板。请查看 “current”，并用其中的版本重试。</translation>
    </message>
    <message>
        <source>a new template needs it.</source>
        <translation>新模板必须有它。</translation>
    </message>
    <message>
        <source>a template keeps its name, by which keys follow it; make another.</source>
        <translation>模板的名称不能改，密钥按名称跟随它；请另建一个。</translation>
    </message>
    <message>
        <source>“%1” is not known; copy leaves the limits to the keys that follow the template.</source>
        <translation>不认识“%1”；copy 会把限额留给跟随此模板的密钥。</translation>
    </message>
    <message>
        <source>“%1” is not a limit; write UNIT/WINDOW=N with requests or tokens and minute, hour, day, week, month or total, like requests/day=200, :warn or :observe behind it for one that does not refuse, or concurrency=N.</source>
        <translation>“%1”不是限额；请写成 UNIT/WINDOW=N，单位为 requests 或 tokens，窗口为 minute、hour、day、week、month 或 total，例如 requests/day=200；后面加 :warn 或 :observe 则不拒绝；或写 concurrency=N。</translation>
    </message>
    <message>
        <source>two limits have the same unit, window and mode, or there are more than %1.</source>
        <translation>有两个限额的单位、窗口和方式相同，或限额多于 %1 个。</translation>
    </message>
    <message>
        <source>%1 to %2 until %3</source>
        <translation>%1 提高到 %2，至 %3</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Raised</source>
        <translation>临时提高</translation>
    </message>
    <message>
        <source>Raises a limit of a key for the window that runs and, with --windows, for those that follow; the limit itself stays.</source>
        <translation>在当前窗口内提高密钥的一个限额；加 --windows 则包括其后的窗口；限额本身不变。</translation>
    </message>
    <message>
        <source>UNIT/WINDOW=N: what the limit is meanwhile, like requests/day=500; -1 is no limit.</source>
        <translation>UNIT/WINDOW=N：期间的限额，例如 requests/day=500；-1 表示不设限。</translation>
    </message>
    <message>
        <source>How many windows, this one included; 1 without it.</source>
        <translation>多少个窗口，含当前窗口；不给时为 1。</translation>
    </message>
    <message>
        <source>Ends what is raised now instead.</source>
        <translation>改为立即结束现有的提高。</translation>
    </message>
    <message>
        <source>give --limit or --end.</source>
        <translation>请给出 --limit 或 --end。</translation>
    </message>
    <message>
        <source>--limit: only a limit of requests or tokens that is enforced can be raised; write UNIT/WINDOW=N.</source>
        <translation>--limit：只能提高强制执行的请求数或 token 限额；请写成 UNIT/WINDOW=N。</translation>
    </message>
    <message>
        <source>Raises a limit of a key for a time.</source>
        <translation>临时提高密钥的一个限额。</translation>
    </message>
    <message>
        <source>UNIT/WINDOW=N, like requests/day=200 or tokens/month=1000000, or concurrency=N; may be given again. 0 blocks, -1 is no limit; :warn or :observe behind it does not refuse.</source>
        <translation>UNIT/WINDOW=N，例如 requests/day=200 或 tokens/month=1000000，或 concurrency=N；可重复给出。0 为禁止，-1 为不限；后面加 :warn 或 :observe 则不拒绝。</translation>
    </message>
    <message>
        <source>The template whose limits it has from now on; none for none.</source>
        <translation>从现在起跟随其限额的模板；none 表示不用模板。</translation>
    </message>
    <message>
        <source>Copies the template&apos;s limits instead of following it.</source>
        <translation>复制模板的限额，而不跟随它。</translation>
    </message>
    <message>
        <source>--copy goes with --template.</source>
        <translation>--copy 须与 --template 同用。</translation>
    </message>
    <message>
        <source>give --limit or --template, not both.</source>
        <translation>--limit 与 --template 只能给一个。</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>上游</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Concurrency</source>
        <translation>并发</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>有</translation>
    </message>
    <message>
        <source>no</source>
        <translation>无</translation>
    </message>
    <message>
        <source>LIMIT</source>
        <translation>限额</translation>
    </message>
    <message>
        <source>USED</source>
        <translation>已用</translation>
    </message>
    <message>
        <source>RESERVED</source>
        <translation>预留</translation>
    </message>
    <message>
        <source>REQUESTED</source>
        <translation>本次需要</translation>
    </message>
    <message>
        <source>ROOM</source>
        <translation>余量</translation>
    </message>
    <message>
        <source>ENOUGH</source>
        <translation>足够的限额</translation>
    </message>
    <message>
        <source>STARTS ANEW</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>--request asks about one request; --%1 does not go with it.</source>
        <translation>--request 只问一个请求；不能与 --%1 同用。</translation>
    </message>
    <message>
        <source>DAYS</source>
        <translation>天数</translation>
    </message>
    <message>
        <source>MODELS</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>DESCRIPTION</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Lists templates.</source>
        <translation>列出模板。</translation>
    </message>
    <message>
        <source>Shows a template.</source>
        <translation>显示一个模板。</translation>
    </message>
    <message>
        <source>The models that keys made from it may use; empty for all.</source>
        <translation>由它创建的密钥可用的模型；留空为全部。</translation>
    </message>
    <message>
        <source>How long keys made from it live; none for no end.</source>
        <translation>由它创建的密钥有效多少天；none 表示不过期。</translation>
    </message>
    <message>
        <source>What it is for.</source>
        <translation>用途。</translation>
    </message>
    <message>
        <source>Makes a template.</source>
        <translation>新建模板。</translation>
    </message>
    <message>
        <source>Changes what is given of a template; keys that follow it have that with their next request.</source>
        <translation>修改模板中给出的内容；跟随它的密钥从下一个请求起生效。</translation>
    </message>
    <message>
        <source>Takes the limits away.</source>
        <translation>去掉限额。</translation>
    </message>
    <message>
        <source>Deletes a template.</source>
        <translation>删除模板。</translation>
    </message>
    <message>
        <source>Keys that follow it keep its limits as their own; without it they keep it from being deleted.</source>
        <translation>跟随它的密钥保留其限额作为自己的限额；不加此项则有密钥跟随时不能删除。</translation>
    </message>
    <message>
        <source>Delete the template %1? Type yes: </source>
        <translation>删除模板 %1？请输入 yes：</translation>
    </message>
    <message>
        <source>The template %1 is deleted.</source>
        <translation>模板 %1 已删除。</translation>
    </message>
    <message>
        <source>Changes what is given of a template.</source>
        <translation>修改模板中给出的内容。</translation>
    </message>
    <message>
        <source>Instead: why this request passed or was refused; its id is the answer&apos;s x-request-id.</source>
        <translation>改为显示此请求为何通过或被拒绝；其编号是应答的 x-request-id。</translation>
    </message>
    <message>
        <source>Makes, lists and changes the templates that keys of a running service follow.</source>
        <translation>新建、列出和修改运行中的服务的模板，密钥可跟随模板。</translation>
    </message>
    <message>
        <source>Copies it to another file.</source>
        <translation>把它复制到另一个文件。</translation>
    </message>
    <message>
        <source>From %1 to %2, schema %3.</source>
        <translation>从 %1 到 %2，结构版本 %3。</translation>
    </message>
    <message>
        <source>HERE</source>
        <translation>此处</translation>
    </message>
    <message>
        <source>THERE</source>
        <translation>目标处</translation>
    </message>
    <message>
        <source>COPIED</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>The seal key, which opens the secrets of providers, is in %1 now.</source>
        <translation>用于打开上游密钥的密封密钥现在位于 %1。</translation>
    </message>
    <message>
        <source>The seal key, which opens the secrets of providers, comes along, to %1.</source>
        <translation>用于打开上游密钥的密封密钥会一同复制到 %1。</translation>
    </message>
    <message>
        <source>A quota-proxy (pid %1) uses the directory %2, where the copy shall be. Stop it first, and try again.</source>
        <translation>quota-proxy（pid %1）正在使用副本要放入的目录 %2。请先停止它，再重试。</translation>
    </message>
    <message>
        <source>There is a file at %1 already. Give another place, or --force, which keeps it aside; --dry-run shows what is in it.</source>
        <translation>%1 处已有文件。请给出另一个位置，或使用 --force（它会保留在旁边）；--dry-run 显示其中的内容。</translation>
    </message>
    <message>
        <source>%1 is another seal key, which would not open the secrets of providers. Give a directory of its own to the copy, or --force, which keeps that key aside.</source>
        <translation>%1 是另一个密封密钥，打不开上游的密钥。请为副本给出单独的目录，或使用 --force（那个密封密钥会保留在旁边）。</translation>
    </message>
    <message>
        <source>Put the copy in the place of %1? What is there is kept aside. Type yes: </source>
        <translation>用副本替换 %1 吗？原有的会保留在旁边。请输入 yes： </translation>
    </message>
    <message>
        <source>A service goes on with %1: the copy is of one instant, and what was under way then counts in it as used.</source>
        <translation>服务仍在使用 %1：副本是某一时刻的内容，当时进行中的请求在其中计为已用。</translation>
    </message>
    <message>
        <source>--to is missing: say where the copy shall be.</source>
        <translation>缺少 --to：请说明副本放在哪里。</translation>
    </message>
    <message>
        <source>What is in memory ends with its process, so that nothing can be copied there: --to must name a file.</source>
        <translation>内存中的内容随进程结束而消失，无法复制到那里：--to 必须指定一个文件。</translation>
    </message>
    <message>
        <source>Copies the database to another file, as of one instant, also while a service uses it; proven and counted before it gets its name. To another directory comes the seal key, too.</source>
        <translation>把数据库某一时刻的内容复制到另一个文件，服务正在使用时也可以；验证并清点后才取得正式名称。复制到另一个目录时，密封密钥一同复制。</translation>
    </message>
    <message>
        <source>Where the copy shall be: a path, or as DATABASE_URL says it.</source>
        <translation>副本的位置：路径，或按 DATABASE_URL 的写法。</translation>
    </message>
    <message>
        <source>Shows the rows of each table here and there, and changes nothing.</source>
        <translation>显示每张表在此处与目标处的行数，不作任何更改。</translation>
    </message>
    <message>
        <source>Keeps aside what is there already.</source>
        <translation>把目标处已有的内容保留在旁边。</translation>
    </message>
    <message>
        <source>The settings keep everything in memory (DATABASE_URL=memory:): only the running service can read that. Let it make a backup (quota-proxy backup create), stop it, give it a file with DATABASE_URL, put the backup back (quota-proxy backup restore NAME), and start it.</source>
        <translation>设置为全部保存在内存中（DATABASE_URL=memory:）：只有运行中的服务能读取。请让它做一份备份（quota-proxy backup create），停止服务，用 DATABASE_URL 指定一个文件，恢复该备份（quota-proxy backup restore 名称），再启动。</translation>
    </message>
    <message>
        <source>Makes, shows, proves, repairs, moves and fills the database on this host.</source>
        <translation>创建、查看、检查、修复、搬迁本机上的数据库，并导入其他系统的密钥。</translation>
    </message>
    <message>
        <source>“%1” does not do; send the archive itself, as application/octet-stream or application/gzip.</source>
        <translation>不能用“%1”；请直接发送归档本身，类型为 application/octet-stream 或 application/gzip。</translation>
    </message>
    <message>
        <source>there is no archive in it.</source>
        <translation>其中没有归档。</translation>
    </message>
    <message>
        <source>The backup is larger than %1 bytes, the most that is taken here. BACKUP_MAX_SIZE sets it.</source>
        <translation>备份大于 %1 字节，即此处接受的上限。上限由 BACKUP_MAX_SIZE 设定。</translation>
    </message>
    <message>
        <source>The file is in the service&apos;s list of backups now, as %1.</source>
        <translation>该文件现已在服务的备份列表中，名为 %1。</translation>
    </message>
</context>
</TS>
