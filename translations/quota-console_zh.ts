<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>quota::console::ActivityRow</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
</context>
<context>
    <name>quota::console::ArchiveSource</name>
    <message>
        <source>%1 cannot be read: %2.</source>
        <translation>无法读取 %1：%2。</translation>
    </message>
    <message>
        <source>%1 is no file that can be read whole.</source>
        <translation>%1 不是可以完整读取的文件。</translation>
    </message>
</context>
<context>
    <name>quota::console::ArchiveTarget</name>
    <message>
        <source>%1 cannot be written: %2. Choose another place, or free some space.</source>
        <translation>无法写入 %1：%2。请另选位置，或腾出空间。</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
</context>
<context>
    <name>quota::console::Assembly</name>
    <message>
        <source>Token in system keychain</source>
        <translation>令牌存于系统钥匙串</translation>
    </message>
    <message>
        <source>Token not kept</source>
        <translation>令牌未保存</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Token refused</source>
        <translation>令牌被拒绝</translation>
    </message>
    <message>
        <source>Not healthy</source>
        <translation>不健康</translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n 项警告</numerusform>
        </translation>
    </message>
    <message>
        <source>Healthy</source>
        <translation>健康</translation>
    </message>
    <message>
        <source>No answer from %1 for %2.</source>
        <translation>%1 已 %2无响应。</translation>
    </message>
    <message>
        <source>Shown is the state of %1.</source>
        <translation>显示的是 %1 的状态。</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>立即重试</translation>
    </message>
    <message>
        <source>%1 does not accept the admin token.</source>
        <translation>%1 不接受此管理令牌。</translation>
    </message>
    <message>
        <source>It may have been changed on the host.</source>
        <translation>它可能已在主机上更改。</translation>
    </message>
    <message>
        <source>Give the new token</source>
        <translation>输入新令牌</translation>
    </message>
    <message>
        <source>Read-only profile.</source>
        <translation>只读配置。</translation>
    </message>
    <message>
        <source>You see everything and change nothing here.</source>
        <translation>您可以查看一切，但不能更改。</translation>
    </message>
    <message>
        <source>Edit this profile…</source>
        <translation>编辑此配置…</translation>
    </message>
    <message>
        <source>Another service…</source>
        <translation>其他服务…</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>断开连接</translation>
    </message>
</context>
<context>
    <name>quota::console::BackupCards</name>
    <message>
        <source>Last good backup</source>
        <translation>最近的完好备份</translation>
    </message>
    <message>
        <source>Schedule and retention</source>
        <translation>计划与保留</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>空间</translation>
    </message>
    <message>
        <source>Tidy up…</source>
        <translation>清理…</translation>
    </message>
    <message>
        <source>Deletes what need no longer be kept</source>
        <translation>删除不必再保留的备份</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>尚无</translation>
    </message>
    <message>
        <source>Nothing could be brought back if the store were lost.</source>
        <translation>如果数据丢失，将无法找回任何内容。</translation>
    </message>
    <message>
        <source>Not safe</source>
        <translation>不安全</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <extracomment>when, kind</extracomment>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1 keys · %2</source>
        <extracomment>keys, size</extracomment>
        <translation>%1 个密钥 · %2</translation>
    </message>
    <message>
        <source>Needs a look</source>
        <translation>需要查看</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>Next: %1</source>
        <translation>下次：%1</translation>
    </message>
    <message>
        <source>Backups are made by hand only.</source>
        <translation>只能手动备份。</translation>
    </message>
    <message>
        <source>Enough room</source>
        <translation>空间充足</translation>
    </message>
    <message>
        <source>Little room</source>
        <translation>空间不足</translation>
    </message>
    <message numerus="yes">
        <source>%n backup(s)</source>
        <translation>
            <numerusform>%n 份备份</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::BackupModel</name>
    <message>
        <source>No service is connected.</source>
        <translation>尚未连接服务。</translation>
    </message>
    <message>
        <source>Something else is under way; wait for it, or cancel it.</source>
        <translation>另一项操作正在进行；请等待，或将其取消。</translation>
    </message>
    <message>
        <source>The upload was cancelled.</source>
        <translation>已取消上传。</translation>
    </message>
    <message>
        <source>The download was cancelled.</source>
        <translation>已取消下载。</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>恢复…</translation>
    </message>
    <message>
        <source>Schema %1</source>
        <translation>表结构 %1</translation>
    </message>
    <message>
        <source>Select %1</source>
        <translation>选择 %1</translation>
    </message>
    <message>
        <source>Backup %1, made %2</source>
        <translation>备份 %1，创建于 %2</translation>
    </message>
    <message>
        <source>%1 keys</source>
        <translation>%1 个密钥</translation>
    </message>
    <message>
        <source>%1 request rows</source>
        <translation>%1 行请求</translation>
    </message>
    <message>
        <source>Actions for %1</source>
        <translation>%1 的操作</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>创建时间</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Request rows</source>
        <translation>请求行数</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
</context>
<context>
    <name>quota::console::BackupTable</name>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Could not load the backups</source>
        <translation>无法加载备份</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <extracomment>message, code</extracomment>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>No backups yet</source>
        <translation>还没有备份</translation>
    </message>
    <message>
        <source>Make one now; it is proven before it counts.</source>
        <translation>现在就备份；验证通过才算数。</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>立即备份</translation>
    </message>
    <message>
        <source>%1 · times in %2</source>
        <extracomment>how many backups, zone</extracomment>
        <translation>%1 · 时间为 %2</translation>
    </message>
    <message numerus="yes">
        <source>%n backup(s)</source>
        <translation>
            <numerusform>%n 份备份</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n backup(s) chosen</source>
        <translation>
            <numerusform>已选 %n 份备份</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose two to compare them.</source>
        <translation>选择两份即可比较。</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Choose none</source>
        <translation>取消选择</translation>
    </message>
</context>
<context>
    <name>quota::console::BackupText</name>
    <message>
        <source>By hand</source>
        <translation>手动</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>按计划</translation>
    </message>
    <message>
        <source>Safety copy</source>
        <translation>安全副本</translation>
    </message>
    <message>
        <source>Before an update</source>
        <translation>升级之前</translation>
    </message>
    <message>
        <source>Brought here</source>
        <translation>外部放入</translation>
    </message>
    <message>
        <source>Verified %1</source>
        <translation>%1 已验证</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>Not verified</source>
        <translation>未验证</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <extracomment>state, what is wrong</extracomment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>made by hand</source>
        <translation>手工打包</translation>
    </message>
    <message>
        <source>What is inside is known once it was verified.</source>
        <translation>验证之后才知道里面有什么。</translation>
    </message>
    <message>
        <source>version %1</source>
        <translation>版本 %1</translation>
    </message>
    <message>
        <source>encrypted</source>
        <translation>已加密</translation>
    </message>
    <message>
        <source>No schedule</source>
        <translation>无计划</translation>
    </message>
    <message>
        <source>Every hour</source>
        <translation>每小时</translation>
    </message>
    <message>
        <source>Every day at %1</source>
        <translation>每天 %1</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>周一</translation>
    </message>
    <message>
        <source>Tuesday</source>
        <translation>周二</translation>
    </message>
    <message>
        <source>Wednesday</source>
        <translation>周三</translation>
    </message>
    <message>
        <source>Thursday</source>
        <translation>周四</translation>
    </message>
    <message>
        <source>Friday</source>
        <translation>周五</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>周六</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>周日</translation>
    </message>
    <message>
        <source>Every %1 at %2</source>
        <extracomment>day of the week, time</extracomment>
        <translation>每%1 %2</translation>
    </message>
    <message>
        <source>Keeps %1 daily, %2 weekly, %3 monthly</source>
        <translation>保留 %1 份每日、%2 份每周、%3 份每月备份</translation>
    </message>
    <message>
        <source>copying the database</source>
        <translation>正在复制数据库</translation>
    </message>
    <message>
        <source>packing</source>
        <translation>正在打包</translation>
    </message>
    <message>
        <source>unpacking</source>
        <translation>正在解包</translation>
    </message>
    <message>
        <source>checking every row</source>
        <translation>正在检查每一行</translation>
    </message>
    <message>
        <source>comparing</source>
        <translation>正在比较</translation>
    </message>
    <message>
        <source>bringing its tables up to date</source>
        <translation>正在升级表结构</translation>
    </message>
    <message>
        <source>making the safety copy</source>
        <translation>正在保存安全副本</translation>
    </message>
    <message>
        <source>putting it in place</source>
        <translation>正在替换</translation>
    </message>
    <message>
        <source>Backing up</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Verifying</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>Restoring</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Comparing</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>上传</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>下载</translation>
    </message>
</context>
<context>
    <name>quota::console::BackupsPage</name>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>No good backup yet</source>
        <translation>还没有完好的备份</translation>
    </message>
    <message>
        <source>Last good one %1</source>
        <translation>最近的完好备份：%1</translation>
    </message>
    <message>
        <source>Something is under way; wait for it, or cancel it.</source>
        <translation>有操作正在进行；请等待，或将其取消。</translation>
    </message>
    <message>
        <source>Back up now (Ctrl+N)</source>
        <translation>立即备份（Ctrl+N）</translation>
    </message>
    <message>
        <source>Brings an archive of this computer to the service</source>
        <translation>把本机上的备份文件上传到服务</translation>
    </message>
    <message>
        <source>Could not load the backups.</source>
        <translation>无法加载备份。</translation>
    </message>
    <message>
        <source>Shown is the state of %1. %2</source>
        <translation>显示的是 %1 的状态。%2</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>恢复…</translation>
    </message>
    <message>
        <source>Verify again</source>
        <translation>重新验证</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>下载…</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>立即备份</translation>
    </message>
    <message>
        <source>Restore from a file…</source>
        <translation>从文件恢复…</translation>
    </message>
    <message>
        <source>No backup was made.</source>
        <translation>未能备份。</translation>
    </message>
    <message>
        <source>Backed up and verified.</source>
        <translation>已备份并验证。</translation>
    </message>
    <message>
        <source>%1 keys, %2 request rows, %3</source>
        <translation>%1 个密钥，%2 行请求，%3</translation>
    </message>
    <message>
        <source>The backup was not verified.</source>
        <translation>未能验证备份。</translation>
    </message>
    <message>
        <source>The backup is good.</source>
        <translation>备份完好。</translation>
    </message>
    <message>
        <source>It was opened, and every row was counted.</source>
        <translation>已打开备份，并清点了每一行。</translation>
    </message>
    <message>
        <source>The backup is damaged.</source>
        <translation>备份已损坏。</translation>
    </message>
    <message>
        <source>Restore from a file</source>
        <translation>从文件恢复</translation>
    </message>
    <message>
        <source>Backups (*.tar.gz *.tgz *.enc);;All files (*)</source>
        <translation>备份 (*.tar.gz *.tgz *.enc);;所有文件 (*)</translation>
    </message>
    <message>
        <source>The file was not taken over.</source>
        <translation>未能接收该文件。</translation>
    </message>
    <message>
        <source>Download the backup</source>
        <translation>下载备份</translation>
    </message>
    <message>
        <source>Encrypted backup (*.enc)</source>
        <translation>加密备份 (*.enc)</translation>
    </message>
    <message>
        <source>Backup (*.tar.gz)</source>
        <translation>备份 (*.tar.gz)</translation>
    </message>
    <message>
        <source>The backup was not downloaded.</source>
        <translation>未能下载备份。</translation>
    </message>
    <message>
        <source>Downloaded, for you alone to read.</source>
        <translation>已下载，只有您可以读取。</translation>
    </message>
    <message>
        <source>Delete the backup of %1?</source>
        <translation>删除 %1 的备份？</translation>
    </message>
    <message>
        <source>%1
It cannot be brought back.</source>
        <translation>%1
删除后无法找回。</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n backup(s)?</source>
        <translation>
            <numerusform>删除 %n 份备份？</numerusform>
        </translation>
    </message>
    <message>
        <source>They cannot be brought back.</source>
        <translation>删除后无法找回。</translation>
    </message>
    <message>
        <source>The newest good backup is among them.</source>
        <translation>其中包括最新的完好备份。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>The backup was not deleted.</source>
        <translation>未能删除备份。</translation>
    </message>
    <message>
        <source>Delete backups that need no longer be kept?</source>
        <translation>删除不必再保留的备份？</translation>
    </message>
    <message>
        <source>%1. Older ones go; files that somebody put there stay. They cannot be brought back.</source>
        <translation>%1。更早的将被删除；他人放入的文件会保留。删除后无法找回。</translation>
    </message>
    <message>
        <source>Tidy up</source>
        <translation>清理</translation>
    </message>
    <message>
        <source>Nothing was tidied up.</source>
        <translation>未能清理。</translation>
    </message>
    <message>
        <source>All of them are still needed.</source>
        <translation>所有备份都仍需保留。</translation>
    </message>
    <message numerus="yes">
        <source>%n backup(s) deleted.</source>
        <translation>
            <numerusform>已删除 %n 份备份。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Can the service not start?</source>
        <translation>服务无法启动？</translation>
    </message>
    <message>
        <source>Its data directory can be restored on this computer without it.</source>
        <translation>无需服务运行，即可在本机恢复它的数据目录。</translation>
    </message>
    <message>
        <source>Restore here…</source>
        <translation>在此恢复…</translation>
    </message>
</context>
<context>
    <name>quota::console::Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>quota::console::BannerStack</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>另有 %n 条</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::ChartView</name>
    <message>
        <source>%1 in all, peak %2 at %3</source>
        <translation>共 %1，峰值 %2，时间 %3</translation>
    </message>
</context>
<context>
    <name>quota::console::CodeBox</name>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
</context>
<context>
    <name>quota::console::CompareDialog</name>
    <message>
        <source>same</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>differs</source>
        <translation>不同</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Schema</source>
        <translation>表结构</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Instance</source>
        <translation>实例</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Request rows</source>
        <translation>请求行数</translation>
    </message>
    <message>
        <source>Compare two backups</source>
        <translation>比较两份备份</translation>
    </message>
    <message>
        <source>What is known of each. To see key by key what a restore would change, open Restore…</source>
        <translation>以下是两份备份的已知信息。要逐个密钥查看恢复会改变什么，请打开“恢复…”。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
</context>
<context>
    <name>quota::console::ConnectForm</name>
    <message>
        <source>“%1” is no address of a service. Write it like https://quota.example.com or http://127.0.0.1:8787.</source>
        <translation>“%1”不是服务地址。请写成 https://quota.example.com 或 http://127.0.0.1:8787 的形式。</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>环境</translation>
    </message>
    <message>
        <source>Dev</source>
        <translation>开发</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Production</source>
        <translation>生产</translation>
    </message>
    <message>
        <source>Admin token</source>
        <translation>管理令牌</translation>
    </message>
    <message>
        <source>Kept in the system keychain</source>
        <translation>已存于系统钥匙串</translation>
    </message>
    <message>
        <source>Use this computer&apos;s token</source>
        <translation>使用本机的令牌</translation>
    </message>
    <message>
        <source>Keep it in the system keychain</source>
        <translation>保存到系统钥匙串</translation>
    </message>
    <message>
        <source>No system keychain here. The token is asked for each time.</source>
        <translation>此系统没有钥匙串。每次连接时都会询问令牌。</translation>
    </message>
    <message>
        <source>Group (optional)</source>
        <translation>分组（可选）</translation>
    </message>
    <message>
        <source>for example Asia</source>
        <translation>例如：亚洲</translation>
    </message>
    <message>
        <source>Read only: look, but change nothing</source>
        <translation>只读：只查看，不更改</translation>
    </message>
</context>
<context>
    <name>quota::console::ConnectPage</name>
    <message>
        <source>Give the admin token of this service.</source>
        <translation>请输入此服务的管理令牌。</translation>
    </message>
    <message>
        <source>The service does not accept this token.</source>
        <translation>服务不接受此令牌。</translation>
    </message>
    <message>
        <source>Remove “%1”?</source>
        <translation>移除“%1”？</translation>
    </message>
    <message>
        <source>The console forgets this service and its token. The service itself is not touched.</source>
        <translation>控制台将忘记此服务及其令牌。服务本身不受影响。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Welcome to Quota Console</source>
        <translation>欢迎使用 Quota Console</translation>
    </message>
    <message>
        <source>Connect to a service</source>
        <translation>连接服务</translation>
    </message>
    <message>
        <source>Connect to a service: you have its address and its admin token.</source>
        <translation>连接服务：您有它的地址和管理令牌。</translation>
    </message>
    <message>
        <source>Choose a service, or add another.</source>
        <translation>选择一个服务，或添加新的服务。</translation>
    </message>
    <message>
        <source>Test and connect</source>
        <translation>测试并连接</translation>
    </message>
    <message>
        <source>Save for later</source>
        <translation>保存备用</translation>
    </message>
    <message>
        <source>Nothing leaves this computer but the calls to your service.</source>
        <translation>除对您服务的调用外，没有任何数据离开本机。</translation>
    </message>
    <message>
        <source>System language</source>
        <translation>系统语言</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Follow system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>High contrast, light</source>
        <translation>高对比度，浅色</translation>
    </message>
    <message>
        <source>High contrast, dark</source>
        <translation>高对比度，深色</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Restore a service of this computer…</source>
        <translation>恢复本机上的服务…</translation>
    </message>
</context>
<context>
    <name>quota::console::ConnectionTest</name>
    <message>
        <source>Not encrypted</source>
        <translation>未加密</translation>
    </message>
    <message>
        <source>Clocks disagree</source>
        <translation>时钟不一致</translation>
    </message>
    <message>
        <source>No certificate needed</source>
        <translation>无需证书</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>证书</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>服务</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Clocks</source>
        <translation>时钟</translation>
    </message>
    <message>
        <source>Name found</source>
        <translation>名称已找到</translation>
    </message>
    <message>
        <source>Port %1 answers</source>
        <translation>端口 %1 有响应</translation>
    </message>
    <message>
        <source>Certificate valid</source>
        <translation>证书有效</translation>
    </message>
    <message>
        <source>Service healthy</source>
        <translation>服务健康</translation>
    </message>
    <message>
        <source>Version fits</source>
        <translation>版本相符</translation>
    </message>
    <message>
        <source>Token accepted</source>
        <translation>令牌已接受</translation>
    </message>
    <message>
        <source>Role: operator</source>
        <translation>角色：运维</translation>
    </message>
    <message>
        <source>Clocks agree</source>
        <translation>时钟一致</translation>
    </message>
    <message>
        <source>Name not found</source>
        <translation>找不到名称</translation>
    </message>
    <message>
        <source>Port %1 does not answer</source>
        <translation>端口 %1 无响应</translation>
    </message>
    <message>
        <source>Certificate not valid</source>
        <translation>证书无效</translation>
    </message>
    <message>
        <source>Service not healthy</source>
        <translation>服务不健康</translation>
    </message>
    <message>
        <source>No Quota Proxy here</source>
        <translation>此处不是 Quota Proxy</translation>
    </message>
    <message>
        <source>Version does not fit</source>
        <translation>版本不符</translation>
    </message>
    <message>
        <source>Token missing</source>
        <translation>缺少令牌</translation>
    </message>
    <message>
        <source>Token refused</source>
        <translation>令牌被拒绝</translation>
    </message>
    <message>
        <source>%1 · until %2</source>
        <translation>%1 · 有效至 %2</translation>
    </message>
    <message>
        <source>this computer only</source>
        <translation>仅本机</translation>
    </message>
    <message>
        <source>the token crosses the network in clear</source>
        <translation>令牌以明文经过网络</translation>
    </message>
    <message>
        <source>up %1</source>
        <translation>已运行 %1</translation>
    </message>
    <message>
        <source>sees and changes everything</source>
        <translation>可查看和更改一切</translation>
    </message>
    <message>
        <source>Stopped at the name</source>
        <translation>止于名称</translation>
    </message>
    <message>
        <source>This computer cannot find “%1”. Check the spelling, or use the IP address. To look it up:</source>
        <translation>本机找不到“%1”。请检查拼写，或使用 IP 地址。查询命令：</translation>
    </message>
    <message>
        <source>Stopped at the port</source>
        <translation>止于端口</translation>
    </message>
    <message>
        <source>Nothing answers on port %1. Start the service on this computer:</source>
        <translation>端口 %1 无响应。请在本机启动服务：</translation>
    </message>
    <message>
        <source>Nothing answers on port %1 of %2. A service that listens on its own computer only is reached through a tunnel; start it, then connect to http://127.0.0.1:8787:</source>
        <translation>%2 的端口 %1 无响应。只监听本机的服务需经隧道访问；请先建立隧道，再连接 http://127.0.0.1:8787：</translation>
    </message>
    <message>
        <source>Stopped at the certificate</source>
        <translation>止于证书</translation>
    </message>
    <message>
        <source>%1 Install a valid certificate on the service, or go through a tunnel and connect to http://127.0.0.1:8787:</source>
        <translation>%1 请为服务安装有效证书，或建立隧道后连接 http://127.0.0.1:8787：</translation>
    </message>
    <message>
        <source>The encrypted connection was not made in time.</source>
        <translation>加密连接超时。</translation>
    </message>
    <message>
        <source>Stopped at the service</source>
        <translation>止于服务</translation>
    </message>
    <message>
        <source>It runs, but its store does not take writes. On the host, this says why:</source>
        <translation>服务在运行，但存储不可写。在主机上运行此命令查明原因：</translation>
    </message>
    <message>
        <source>Something answers at this address, but not as Quota Proxy does. Check address and port.</source>
        <translation>此地址有响应，但不是 Quota Proxy。请检查地址和端口。</translation>
    </message>
    <message>
        <source>Stopped at the version</source>
        <translation>止于版本</translation>
    </message>
    <message>
        <source>The service is version %1 and this console %2. Install the same main version on both.</source>
        <translation>服务版本为 %1，控制台版本为 %2。请在两边安装相同的主版本。</translation>
    </message>
    <message>
        <source>Stopped at the token</source>
        <translation>止于令牌</translation>
    </message>
    <message>
        <source>Print the token&apos;s file and paste its content here:</source>
        <translation>输出令牌文件，并将内容粘贴到这里：</translation>
    </message>
    <message>
        <source>On the host, print the token&apos;s file and paste its content here:</source>
        <translation>在主机上输出令牌文件，并将内容粘贴到这里：</translation>
    </message>
</context>
<context>
    <name>quota::console::DialogFrame</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Throw away what you typed?</source>
        <translation>放弃已输入的内容？</translation>
    </message>
    <message>
        <source>Keep editing</source>
        <translation>继续编辑</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>放弃</translation>
    </message>
</context>
<context>
    <name>quota::console::DifferencesModel</name>
    <message>
        <source>here, made since</source>
        <translation>现有，备份之后创建</translation>
    </message>
    <message>
        <source>gone</source>
        <translation>消失</translation>
    </message>
    <message>
        <source>Its holder gets 401</source>
        <translation>持有人将收到 401</translation>
    </message>
    <message>
        <source>as it is now</source>
        <translation>现在的样子</translation>
    </message>
    <message>
        <source>as it was then</source>
        <translation>当时的样子</translation>
    </message>
    <message>
        <source>Limits, state or use change back</source>
        <translation>限额、状态或用量改回当时</translation>
    </message>
    <message>
        <source>not here</source>
        <translation>现在没有</translation>
    </message>
    <message>
        <source>Comes back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>上游</translation>
    </message>
    <message>
        <source>Requests take other ways</source>
        <translation>请求将改走其他上游</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>未设置</translation>
    </message>
    <message>
        <source>With the next start</source>
        <translation>下次启动时生效</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>After restore</source>
        <translation>恢复之后</translation>
    </message>
    <message>
        <source>Effect</source>
        <translation>影响</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
</context>
<context>
    <name>quota::console::DifferencesView</name>
    <message>
        <source>keys will disappear</source>
        <translation>个密钥将消失</translation>
    </message>
    <message>
        <source>Made since.</source>
        <translation>备份之后创建。</translation>
    </message>
    <message>
        <source>keys come back</source>
        <translation>个密钥将恢复</translation>
    </message>
    <message>
        <source>As they were then.</source>
        <translation>恢复为当时的样子。</translation>
    </message>
    <message>
        <source>keys change back</source>
        <translation>个密钥将改回</translation>
    </message>
    <message>
        <source>Edited since.</source>
        <translation>备份之后修改过。</translation>
    </message>
    <message>
        <source>settings change</source>
        <translation>项设置将改变</translation>
    </message>
    <message>
        <source>With the next start.</source>
        <translation>下次启动时生效。</translation>
    </message>
    <message>
        <source>requests leave the books</source>
        <translation>次请求将从账上消失</translation>
    </message>
    <message>
        <source>Usage stays as it is.</source>
        <translation>用量保持不变。</translation>
    </message>
    <message>
        <source>The safety copy keeps them.</source>
        <translation>安全副本中仍有。</translation>
    </message>
    <message>
        <source>requests come back</source>
        <translation>次请求将恢复</translation>
    </message>
    <message>
        <source>Into the books.</source>
        <translation>回到账上。</translation>
    </message>
    <message>
        <source>The settings are the same.</source>
        <translation>设置相同。</translation>
    </message>
    <message>
        <source>Keys and settings are the same.</source>
        <translation>密钥和设置都相同。</translation>
    </message>
    <message>
        <source>%1 of %2 differences</source>
        <translation>共 %2 处差异，显示 %1 处</translation>
    </message>
    <message>
        <source>Save the comparison…</source>
        <translation>保存比较结果…</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>A safety copy is taken first.</source>
        <translation>会先保存一份安全副本。</translation>
    </message>
    <message>
        <source>You can go back to this moment from the list of backups.</source>
        <translation>您可以从备份列表回到此刻。</translation>
    </message>
    <message>
        <source>Nothing in keys and settings changes.</source>
        <translation>密钥和设置没有变化。</translation>
    </message>
    <message>
        <source>A safety copy of what is there now is taken first.</source>
        <translation>会先为现有数据保存一份安全副本。</translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) disappear; their holders get 401.</source>
        <translation>
            <numerusform>%n 个密钥将消失，持有人将收到 401。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) come back.</source>
        <translation>
            <numerusform>%n 个密钥将恢复。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) change back to what they were.</source>
        <translation>
            <numerusform>%n 个密钥将改回当时的样子。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) leave the books.</source>
        <translation>
            <numerusform>%n 次请求将从账上消失。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) come back into the books.</source>
        <translation>
            <numerusform>%n 次请求将回到账上。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n setting(s) change, with the next start of the service.</source>
        <translation>
            <numerusform>%n 项设置将改变，服务下次启动时生效。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::EditKeyDialog</name>
    <message>
        <source>Mine</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>Theirs</source>
        <translation>对方的</translation>
    </message>
    <message>
        <source>Mine: %1</source>
        <translation>我的：%1</translation>
    </message>
    <message>
        <source>Theirs: %1</source>
        <translation>对方的：%1</translation>
    </message>
    <message>
        <source>Edit “%1”</source>
        <translation>编辑“%1”</translation>
    </message>
    <message>
        <source>Someone changed this key while you edited. Choose for each field.</source>
        <translation>您编辑期间此密钥已被他人修改。请逐项选择。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>quota::console::EnvironmentTag</name>
    <message>
        <source>DEV</source>
        <translation>开发</translation>
    </message>
    <message>
        <source>TEST</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>PROD</source>
        <translation>生产</translation>
    </message>
    <message>
        <source>Dev</source>
        <translation>开发</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Production</source>
        <translation>生产</translation>
    </message>
</context>
<context>
    <name>quota::console::ExpiryPicker</name>
    <message>
        <source>Never</source>
        <extracomment>«d» is days; short, in a row of choices</extracomment>
        <translation>永不</translation>
    </message>
    <message>
        <source>7 d</source>
        <translation>7 天</translation>
    </message>
    <message>
        <source>30 d</source>
        <translation>30 天</translation>
    </message>
    <message>
        <source>Date…</source>
        <translation>日期…</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>到期</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>最后一天</translation>
    </message>
</context>
<context>
    <name>quota::console::FirstSteps</name>
    <message>
        <source>Three steps to the first answer</source>
        <translation>三步得到第一个回答</translation>
    </message>
    <message>
        <source>Add a provider</source>
        <translation>添加上游</translation>
    </message>
    <message>
        <source>A provider is set.</source>
        <translation>上游已设置。</translation>
    </message>
    <message>
        <source>Start the service with its address and secret. Until then the built-in demo provider answers.</source>
        <translation>用上游的地址和密钥启动服务。在此之前由内置演示上游回答。</translation>
    </message>
    <message>
        <source>Make a key</source>
        <translation>新建密钥</translation>
    </message>
    <message>
        <source>There is one to use.</source>
        <translation>已有可用的密钥。</translation>
    </message>
    <message>
        <source>With limits of its own, for one holder.</source>
        <translation>带有自己的限额，交给一位持有人。</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新建密钥</translation>
    </message>
    <message>
        <source>Send a request</source>
        <translation>发送请求</translation>
    </message>
    <message>
        <source>With the secret of the key; any OpenAI client does, given this base URL.</source>
        <translation>使用密钥内容；任何 OpenAI 客户端填入此地址即可。</translation>
    </message>
</context>
<context>
    <name>quota::console::Header</name>
    <message>
        <source>%1 old</source>
        <translation>%1前的数据</translation>
    </message>
    <message>
        <source>Live · %1 ago</source>
        <translation>实时 · %1前</translation>
    </message>
    <message>
        <source>Loaded %1 ago</source>
        <translation>%1前载入</translation>
    </message>
    <message>
        <source>Refresh (F5)</source>
        <translation>刷新 (F5)</translation>
    </message>
</context>
<context>
    <name>quota::console::KeyCells</name>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Tightest limit</source>
        <translation>最紧限额</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>近 7 天</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今日请求</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>最近使用</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>到期</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>无限额</translation>
    </message>
    <message>
        <source>Select %1</source>
        <translation>选择 %1</translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) today</source>
        <translation>
            <numerusform>今日 %n 次请求</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s) today</source>
        <translation>
            <numerusform>今日 %n 个 token</numerusform>
        </translation>
    </message>
    <message>
        <source>Last used: %1</source>
        <translation>最近使用：%1</translation>
    </message>
    <message>
        <source>Expires: %1</source>
        <translation>到期：%1</translation>
    </message>
    <message>
        <source>Actions for %1</source>
        <translation>%1 的操作</translation>
    </message>
    <message>
        <source>No requests in the last 7 days</source>
        <translation>最近 7 天没有请求</translation>
    </message>
    <message>
        <source>Requests of the last 7 days, at most %1 a day</source>
        <translation>最近 7 天的请求，每日最多 %1</translation>
    </message>
</context>
<context>
    <name>quota::console::KeyClash</name>
    <message>
        <source>Label</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限额</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>并发</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>到期</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>default of the service</source>
        <translation>服务默认值</translation>
    </message>
    <message>
        <source>any</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>never</source>
        <translation>永不</translation>
    </message>
</context>
<context>
    <name>quota::console::KeyDetails</name>
    <message>
        <source>Limits (default of the service)</source>
        <translation>限额（服务默认值）</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限额</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>无限额</translation>
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
        <source>Under way now</source>
        <translation>正在处理</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>最近使用</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>到期</translation>
    </message>
    <message>
        <source>never</source>
        <translation>永不</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>并发</translation>
    </message>
    <message>
        <source>any</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>Secret since</source>
        <translation>密钥内容始于</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Rotate</source>
        <translation>轮换</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copy the id</source>
        <translation>复制 ID</translation>
    </message>
    <message>
        <source>Details of %1</source>
        <translation>%1 的详情</translation>
    </message>
    <message>
        <source>new %1</source>
        <translation>%1 重置</translation>
    </message>
    <message>
        <source>Raise for a time…</source>
        <translation>临时提高…</translation>
    </message>
    <message>
        <source>Limits (template “%1”)</source>
        <translation>限额（模板“%1”）</translation>
    </message>
    <message>
        <source>Raised to %1 until %2</source>
        <extracomment>limit, day and time: «Raised to 500 requests a day until 29 Nov 00:00»</extracomment>
        <translation>已提高到%1，至 %2</translation>
    </message>
    <message>
        <source>Warns only</source>
        <translation>仅提醒</translation>
    </message>
    <message>
        <source>Observes only</source>
        <translation>仅观察</translation>
    </message>
    <message>
        <source>%1 · %2 beyond</source>
        <translation>%1 · 超出 %2</translation>
    </message>
</context>
<context>
    <name>quota::console::KeyForm</name>
    <message>
        <source>0 to %1, or empty</source>
        <translation>0 到 %1，或留空</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Who or what uses it</source>
        <translation>谁在用，或用于什么</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>到期</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>并发</translation>
    </message>
    <message>
        <source>any</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
</context>
<context>
    <name>quota::console::KeySummary</name>
    <message>
        <source>new at 00:00 %1</source>
        <translation>%1 时间 00:00 重置</translation>
    </message>
    <message>
        <source>new on Monday</source>
        <translation>周一重置</translation>
    </message>
    <message>
        <source>new on the 1st</source>
        <translation>每月 1 日重置</translation>
    </message>
    <message>
        <source>%1: blocked</source>
        <translation>%1：禁止</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <extracomment>limit, when it is new: «200 requests a day, new at 00:00 Asia/Shanghai»</extracomment>
        <translation>%1，%2</translation>
    </message>
    <message numerus="yes">
        <source>%n key(s), each with a secret of its own</source>
        <translation>
            <numerusform>%n 个密钥，各有自己的内容</numerusform>
        </translation>
    </message>
    <message>
        <source>The default limits of the service</source>
        <translation>服务的默认限额</translation>
    </message>
    <message>
        <source>As many requests and tokens as wanted</source>
        <translation>请求和 token 不限</translation>
    </message>
    <message numerus="yes">
        <source>At most %n request(s) at once</source>
        <translation>
            <numerusform>最多同时 %n 个请求</numerusform>
        </translation>
    </message>
    <message>
        <source>All models</source>
        <translation>全部模型</translation>
    </message>
    <message>
        <source>Only %1</source>
        <translation>仅 %1</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between models</comment>
        <translation>、</translation>
    </message>
    <message>
        <source>Ends %1</source>
        <translation>%1 到期</translation>
    </message>
    <message>
        <source>Does not end</source>
        <translation>永不到期</translation>
    </message>
    <message>
        <source>Follows the template “%1”, whatever it becomes</source>
        <translation>跟随模板“%1”，模板改变则随之改变</translation>
    </message>
</context>
<context>
    <name>quota::console::KeyTable</name>
    <message>
        <source>Sorted by share used</source>
        <translation>按已用比例排序</translation>
    </message>
    <message>
        <source>Sorted by expiry</source>
        <translation>按到期时间排序</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>最新的在前</translation>
    </message>
    <message>
        <source>Sorted by label</source>
        <translation>按标签排序</translation>
    </message>
    <message>
        <source>Sorted by use today</source>
        <translation>按今日用量排序</translation>
    </message>
    <message>
        <source>Sorted by tokens today</source>
        <translation>按今日 token 排序</translation>
    </message>
    <message>
        <source>Sorted by last use</source>
        <translation>按最近使用排序</translation>
    </message>
    <message>
        <source>No keys yet</source>
        <translation>还没有密钥</translation>
    </message>
    <message>
        <source>Make one and hand it to its holder.</source>
        <translation>新建一个并交给持有人。</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新建密钥</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>没有匹配项</translation>
    </message>
    <message>
        <source>No key is in this view now.</source>
        <translation>此视图中暂无密钥。</translation>
    </message>
    <message>
        <source>No key has “%1” in its label or id.</source>
        <translation>没有标签或 ID 含“%1”的密钥。</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Could not load the keys</source>
        <translation>无法加载密钥</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <extracomment>message, code</extracomment>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>%1 of the first %2 keys · times in %3</source>
        <translation>前 %2 个密钥中的 %1 个 · 时间为 %3</translation>
    </message>
    <message>
        <source>%1–%2 of %3 · times in %4</source>
        <translation>第 %1–%2 个，共 %3 个 · 时间为 %4</translation>
    </message>
    <message>
        <source>Label, id, or paste a key</source>
        <translation>标签、ID，或粘贴密钥</translation>
    </message>
    <message>
        <source>Search keys</source>
        <translation>搜索密钥</translation>
    </message>
    <message>
        <source>State: any</source>
        <translation>状态：全部</translation>
    </message>
    <message>
        <source>State: active</source>
        <translation>状态：启用</translation>
    </message>
    <message>
        <source>State: disabled</source>
        <translation>状态：已停用</translation>
    </message>
    <message>
        <source>State: expired</source>
        <translation>状态：已过期</translation>
    </message>
    <message>
        <source>State: deleted</source>
        <translation>状态：已删除</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Previous</source>
        <translation>上一页</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一页</translation>
    </message>
</context>
<context>
    <name>quota::console::KeyText</name>
    <message>
        <source>Deleted</source>
        <translation>已删除</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Slowed</source>
        <translation>限速中</translation>
    </message>
    <message>
        <source>Used up</source>
        <translation>已用尽</translation>
    </message>
    <message>
        <source>Nearly used</source>
        <translation>即将用尽</translation>
    </message>
    <message>
        <source>Not used yet</source>
        <translation>尚未使用</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>无限额</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%2 的 %1</translation>
    </message>
    <message>
        <source>No limit on %1 %2</source>
        <translation>%2%1不限</translation>
    </message>
    <message>
        <source>%1 %2 %3</source>
        <extracomment>amount, unit, window: «200 requests a day»</extracomment>
        <translation>%3 %1 %2</translation>
    </message>
    <message>
        <source>%1 used of %2</source>
        <extracomment>used, limit: «64 used of 200 requests in all»</extracomment>
        <translation>已用 %1，限额 %2</translation>
    </message>
    <message>
        <source>%1 used of %2 · new %3</source>
        <translation>已用 %1，限额 %2 · %3 重置</translation>
    </message>
    <message>
        <source>expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>never</source>
        <comment>last used</comment>
        <translation>从未</translation>
    </message>
    <message>
        <source>never</source>
        <comment>expires</comment>
        <translation>永不</translation>
    </message>
    <message>
        <source>%1, warns only</source>
        <extracomment>a limit: «200 requests a day, warns only»</extracomment>
        <translation>%1，仅提醒</translation>
    </message>
    <message>
        <source>%1, observes only</source>
        <extracomment>a limit: «200 requests a day, observes only»</extracomment>
        <translation>%1，仅观察</translation>
    </message>
</context>
<context>
    <name>quota::console::KeysPage</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Copy the id</source>
        <translation>复制 ID</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Rotate the secret…</source>
        <translation>轮换密钥内容…</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Disable “%1”?</source>
        <translation>停用“%1”？</translation>
    </message>
    <message numerus="yes">
        <source>Disable %n key(s)?</source>
        <translation>
            <numerusform>停用 %n 个密钥？</numerusform>
        </translation>
    </message>
    <message>
        <source>This is production. Holders get 403 at once, until the key is enabled again.</source>
        <translation>这是生产环境。持有人将立即收到 403，直到密钥重新启用。</translation>
    </message>
    <message>
        <source>Delete “%1”?</source>
        <translation>删除“%1”？</translation>
    </message>
    <message>
        <source>Its holder gets 401 at once. You can bring it back for 30 days.</source>
        <translation>持有人将立即收到 401。30 天内可恢复。</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n key(s)?</source>
        <translation>
            <numerusform>删除 %n 个密钥？</numerusform>
        </translation>
    </message>
    <message>
        <source>Their holders get 401 at once. You can bring them back for 30 days.</source>
        <translation>持有人将立即收到 401。30 天内可恢复。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Rotate the secret of “%1”?</source>
        <translation>轮换“%1”的密钥内容？</translation>
    </message>
    <message>
        <source>The old secret stops working now. Type the label to confirm.</source>
        <translation>旧密钥内容将立即失效。请输入标签以确认。</translation>
    </message>
    <message>
        <source>Rotate</source>
        <translation>轮换</translation>
    </message>
    <message>
        <source>The secret was not rotated.</source>
        <translation>密钥内容未轮换。</translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) disabled</source>
        <translation>
            <numerusform>已停用 %n 个密钥</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) enabled</source>
        <translation>
            <numerusform>已启用 %n 个密钥</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) deleted</source>
        <translation>
            <numerusform>已删除 %n 个密钥</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) brought back</source>
        <translation>
            <numerusform>已恢复 %n 个密钥</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) could not be changed.</source>
        <translation>
            <numerusform>%n 个密钥未能更改。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>The keys were not exported.</source>
        <translation>密钥未导出。</translation>
    </message>
    <message>
        <source>Export keys</source>
        <translation>导出密钥</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Could not open the key.</source>
        <translation>无法打开密钥。</translation>
    </message>
    <message numerus="yes">
        <source>%n key(s)</source>
        <translation>
            <numerusform>共 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Over 80 %</source>
        <translation>超过 80 %</translation>
    </message>
    <message>
        <source>Expire in 14 days</source>
        <translation>14 天内到期</translation>
    </message>
    <message>
        <source>Never used</source>
        <translation>从未使用</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>无限额</translation>
    </message>
    <message>
        <source>New key (Ctrl+N)</source>
        <translation>新建密钥 (Ctrl+N)</translation>
    </message>
    <message>
        <source>Could not load the keys.</source>
        <translation>无法加载密钥。</translation>
    </message>
    <message>
        <source>Shown is the state of %1. %2</source>
        <translation>显示的是 %1 的状态。%2</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新建密钥</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Raise for a time…</source>
        <translation>临时提高…</translation>
    </message>
</context>
<context>
    <name>quota::console::LimitsEditor</name>
    <message>
        <source>“%1” is no amount. Give a whole number such as 200, 2 M or 2e6; 0 blocks.</source>
        <translation>“%1”不是数量。请输入整数，如 200、200 万或 2e6；0 表示禁止。</translation>
    </message>
    <message>
        <source>Two limits count the same in the same window. Keep one of them.</source>
        <translation>有两个限额在同一窗口内计同一项。请保留一个。</translation>
    </message>
    <message>
        <source>Nothing holds this key back.</source>
        <translation>此密钥不受任何限制。</translation>
    </message>
    <message>
        <source>The default limits of the service apply.</source>
        <translation>使用服务的默认限额。</translation>
    </message>
    <message>
        <source>requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>token</translation>
    </message>
    <message>
        <source>minute</source>
        <translation>分钟</translation>
    </message>
    <message>
        <source>hour</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>day</source>
        <translation>日</translation>
    </message>
    <message>
        <source>week</source>
        <translation>周</translation>
    </message>
    <message>
        <source>month</source>
        <translation>月</translation>
    </message>
    <message>
        <source>in all</source>
        <translation>总计</translation>
    </message>
    <message>
        <source>per</source>
        <translation>每</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>What is counted</source>
        <translation>计量项</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Remove this limit</source>
        <translation>移除此限额</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限额</translation>
    </message>
    <message>
        <source>Add a limit</source>
        <translation>添加限额</translation>
    </message>
    <message>
        <source>No limit at all</source>
        <translation>完全不限</translation>
    </message>
    <message>
        <source>The limits of the template “%1” apply.</source>
        <translation>使用模板“%1”的限额。</translation>
    </message>
    <message>
        <source>refuses</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>warns</source>
        <translation>提醒</translation>
    </message>
    <message>
        <source>observes</source>
        <translation>观察</translation>
    </message>
    <message>
        <source>Refuses: a request without room gets 429.
Warns: it passes, and its holder is told.
Observes: it passes, and only you see it.</source>
        <translation>拒绝：没有余量的请求得到 429。
提醒：请求通过，并告知持有人。
观察：请求通过，只有您看得到。</translation>
    </message>
    <message>
        <source>What happens without room</source>
        <translation>没有余量时</translation>
    </message>
</context>
<context>
    <name>quota::console::LocalBackups</name>
    <message>
        <source>It ends by itself: what is there stays as it is, or is restored.</source>
        <translation>它会自行结束：要么保持原样，要么已恢复。</translation>
    </message>
    <message>
        <source>The program quota-proxy is neither beside the console nor in PATH. Install it on this computer.</source>
        <translation>控制台旁边和 PATH 中都没有程序 quota-proxy。请在本机安装它。</translation>
    </message>
    <message>
        <source>%1 cannot be started: %2.</source>
        <translation>无法启动 %1：%2。</translation>
    </message>
    <message>
        <source>It was cancelled.</source>
        <translation>已取消。</translation>
    </message>
    <message>
        <source>quota-proxy ended with code %1 and said nothing.</source>
        <translation>quota-proxy 以代码 %1 结束，没有任何说明。</translation>
    </message>
</context>
<context>
    <name>quota::console::LocalDialog</name>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>There is none in this data directory.</source>
        <translation>此数据目录中没有备份。</translation>
    </message>
    <message>
        <source>Restored. Start the service again, then connect to it.</source>
        <translation>已恢复。请重新启动服务，然后连接。</translation>
    </message>
    <message>
        <source>Nothing is changed before you confirm it in the wizard.</source>
        <translation>在向导中确认之前，不会改动任何内容。</translation>
    </message>
    <message>
        <source>Restore from a file</source>
        <translation>从文件恢复</translation>
    </message>
    <message>
        <source>Backups (*.tar.gz *.tgz *.enc);;All files (*)</source>
        <translation>备份 (*.tar.gz *.tgz *.enc);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Restore on this computer</source>
        <translation>在本机恢复</translation>
    </message>
    <message>
        <source>For when the service cannot start: its data directory is restored by the command line. It must lie on this computer, and be yours to write.</source>
        <translation>用于服务无法启动时：通过命令行恢复它的数据目录。该目录须在本机上，且您有写入权限。</translation>
    </message>
    <message>
        <source>Data directory</source>
        <translation>数据目录</translation>
    </message>
    <message>
        <source>List</source>
        <translation>列出</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>从文件…</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>恢复…</translation>
    </message>
</context>
<context>
    <name>quota::console::LocalToken</name>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>无法读取 %1：%2</translation>
    </message>
    <message>
        <source>%1 holds no token.</source>
        <translation>%1 中没有令牌。</translation>
    </message>
</context>
<context>
    <name>quota::console::ModelPicker</name>
    <message>
        <source>All; or name one</source>
        <translation>全部；或指定模型</translation>
    </message>
    <message>
        <source>Another model</source>
        <translation>再加一个模型</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>添加模型</translation>
    </message>
</context>
<context>
    <name>quota::console::NewKeyDialog</name>
    <message numerus="yes">
        <source>Create %n key(s)</source>
        <translation>
            <numerusform>创建 %n 个密钥</numerusform>
        </translation>
    </message>
    <message>
        <source>Create key</source>
        <translation>创建密钥</translation>
    </message>
    <message>
        <source>1 to %1</source>
        <translation>1 到 %1</translation>
    </message>
    <message>
        <source>Letters a-z, digits, _ and - only.</source>
        <translation>只能用字母 a-z、数字、_ 和 -。</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新建密钥</translation>
    </message>
    <message>
        <source>Issued on %1. The secret is shown once, after you create it.</source>
        <translation>在 %1 上签发。密钥内容只在创建后显示一次。</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Student trial</source>
        <translation>学生试用</translation>
    </message>
    <message>
        <source>Application</source>
        <translation>应用程序</translation>
    </message>
    <message>
        <source>Batch job</source>
        <translation>批处理</translation>
    </message>
    <message>
        <source>Blank</source>
        <translation>空白</translation>
    </message>
    <message>
        <source>Prefix</source>
        <translation>前缀</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>What the holder gets</source>
        <translation>持有人得到</translation>
    </message>
    <message>
        <source>The same as a command</source>
        <translation>等效命令</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Follow a template</source>
        <translation>跟随模板</translation>
    </message>
</context>
<context>
    <name>quota::console::OverviewModel</name>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
</context>
<context>
    <name>quota::console::OverviewPage</name>
    <message>
        <source>Overview</source>
        <translation>总览</translation>
    </message>
    <message>
        <source>Requests per 15 minutes</source>
        <translation>每 15 分钟请求数</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求数</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token 用量</translation>
    </message>
    <message>
        <source>Refused by a limit</source>
        <translation>因限额被拒</translation>
    </message>
    <message>
        <source>Failed at a provider</source>
        <translation>上游失败</translation>
    </message>
    <message>
        <source>vs yesterday, same time</source>
        <translation>对比昨天同一时刻</translation>
    </message>
    <message>
        <source>nothing yesterday until now</source>
        <translation>昨天此时为零</translation>
    </message>
    <message>
        <source>No requests today.</source>
        <translation>今天还没有请求。</translation>
    </message>
    <message>
        <source>used up</source>
        <translation>已用尽</translation>
    </message>
    <message>
        <source>At today&apos;s pace no limit is used up before it is new.</source>
        <translation>按目前速度，没有限额会在重置前用尽。</translation>
    </message>
    <message>
        <source>No key ends within 30 days.</source>
        <translation>30 天内没有密钥到期。</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>存储</translation>
    </message>
    <message>
        <source>Schema</source>
        <translation>数据结构</translation>
    </message>
    <message>
        <source>Lanes</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>上游</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>时钟</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Answers come from the built-in demo provider.</source>
        <translation>回答来自内置演示上游。</translation>
    </message>
    <message>
        <source>Set up a provider to forward requests to a real model.</source>
        <translation>设置上游后，请求将转发给真实模型。</translation>
    </message>
    <message>
        <source>Up %1</source>
        <translation>已运行 %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Could not load the overview</source>
        <translation>无法加载总览</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Could not load the overview.</source>
        <translation>无法加载总览。</translation>
    </message>
    <message>
        <source>New key (Ctrl+N)</source>
        <translation>新建密钥 (Ctrl+N)</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新建密钥</translation>
    </message>
    <message>
        <source>Open usage</source>
        <translation>查看用量</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>服务</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>立即检查</translation>
    </message>
    <message>
        <source>Busiest keys today</source>
        <translation>今日用量最高</translation>
    </message>
    <message>
        <source>All keys</source>
        <translation>全部密钥</translation>
    </message>
    <message>
        <source>Run out first</source>
        <translation>最先用尽</translation>
    </message>
    <message>
        <source>Over 80 %</source>
        <translation>超过 80 %</translation>
    </message>
    <message>
        <source>End first</source>
        <translation>最先到期</translation>
    </message>
    <message>
        <source>Within 14 days</source>
        <translation>14 天内</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>加密</translation>
    </message>
    <message>
        <source>Encryption needs attention.</source>
        <translation>加密需要注意。</translation>
    </message>
</context>
<context>
    <name>quota::console::PassphraseDialog</name>
    <message>
        <source>This backup opens with its passphrase only.</source>
        <translation>此备份需要密码短语才能打开。</translation>
    </message>
    <message>
        <source>All of it can be restored on any host, secrets of providers included. Without the passphrase nobody can open it: keep it elsewhere.</source>
        <translation>可在任何主机上完整恢复，包括上游密钥。没有密码短语谁都无法打开：请另行保管。</translation>
    </message>
    <message>
        <source>Secrets of providers inside stay sealed: on another host they must be entered again. Keys, limits and usage can be restored anywhere.</source>
        <translation>其中的上游密钥保持密封：在另一台主机上须重新输入。密钥、限额和用量可在任何地方恢复。</translation>
    </message>
    <message>
        <source>At least %1 characters; a few words are good.</source>
        <translation>至少 %1 个字符；用几个单词就很好。</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
    <message>
        <source>Give the passphrase of this backup.</source>
        <translation>请输入此备份的密码短语。</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>立即备份</translation>
    </message>
    <message>
        <source>Passphrase of the backup</source>
        <translation>备份的密码短语</translation>
    </message>
    <message>
        <source>Keys, limits, usage, providers and settings go into one file. It counts only when it was opened again and every row was counted.</source>
        <translation>密钥、限额、用量、上游和设置都放进一个文件。重新打开并清点每一行之后才算数。</translation>
    </message>
    <message>
        <source>Encrypt it with a passphrase</source>
        <translation>用密码短语加密</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>密码短语</translation>
    </message>
    <message>
        <source>Passphrase again</source>
        <translation>再次输入密码短语</translation>
    </message>
    <message>
        <source>Back up</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>验证</translation>
    </message>
</context>
<context>
    <name>quota::console::ProfileList</name>
    <message>
        <source>Name, group or address</source>
        <translation>名称、分组或地址</translation>
    </message>
    <message>
        <source>Search services</source>
        <translation>搜索服务</translation>
    </message>
    <message>
        <source>Known services</source>
        <translation>已知服务</translation>
    </message>
    <message>
        <source>Another service</source>
        <translation>添加服务</translation>
    </message>
</context>
<context>
    <name>quota::console::RaiseDialog</name>
    <message>
        <source>More than %1</source>
        <translation>须大于 %1</translation>
    </message>
    <message>
        <source>1 to %1</source>
        <translation>1 到 %1</translation>
    </message>
    <message>
        <source>Raise a limit of “%1”</source>
        <translation>提高“%1”的限额</translation>
    </message>
    <message>
        <source>For the window that runs, and those that follow if you say so. Then the limit is what it was.</source>
        <translation>在当前窗口内有效，也可包括其后的窗口；之后限额恢复原样。</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限额</translation>
    </message>
    <message>
        <source>Meanwhile</source>
        <translation>期间限额</translation>
    </message>
    <message>
        <source>For how many windows</source>
        <translation>持续几个窗口</translation>
    </message>
    <message>
        <source>1 is the one that runs.</source>
        <translation>1 即当前窗口。</translation>
    </message>
    <message>
        <source>End what is raised</source>
        <translation>结束提高</translation>
    </message>
    <message>
        <source>Raise</source>
        <translation>提高</translation>
    </message>
</context>
<context>
    <name>quota::console::Read</name>
    <message>
        <source>Something else is under way; wait for it, or cancel it.</source>
        <translation>另一项操作正在进行；请等待，或将其取消。</translation>
    </message>
</context>
<context>
    <name>quota::console::RestoreDialog</name>
    <message>
        <source>Choose</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>密码短语</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Keys and limits</source>
        <translation>密钥和限额</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>What is restored</source>
        <translation>恢复的内容</translation>
    </message>
    <message>
        <source>Type “%1” to confirm</source>
        <translation>输入“%1”以确认</translation>
    </message>
    <message>
        <source>Go back to before</source>
        <translation>回到恢复之前</translation>
    </message>
    <message>
        <source>The same as a command</source>
        <translation>对应的命令</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>This backup opens with its passphrase only.</source>
        <translation>此备份需要密码短语才能打开。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Back to confirm</source>
        <translation>回到确认</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>%1 keys, %2 request rows</source>
        <translation>%1 个密钥，%2 行请求</translation>
    </message>
    <message>
        <source>Secrets of providers inside can be read by the service they come from; on another host they must be entered again.</source>
        <translation>其中的上游密钥只有原来的服务能读取；在另一台主机上须重新输入。</translation>
    </message>
    <message>
        <source>It is opened, its checksums are compared, and every row is counted.</source>
        <translation>正在打开备份、核对校验和，并清点每一行。</translation>
    </message>
    <message>
        <source>It is damaged, and cannot be restored.</source>
        <translation>备份已损坏，无法恢复。</translation>
    </message>
    <message>
        <source>It could not be checked.</source>
        <translation>无法检查。</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>It is whole.</source>
        <translation>备份完整。</translation>
    </message>
    <message>
        <source>Schema %1</source>
        <translation>表结构 %1</translation>
    </message>
    <message>
        <source>Made by version %1</source>
        <translation>由版本 %1 创建</translation>
    </message>
    <message>
        <source>It is being restored.</source>
        <translation>正在恢复。</translation>
    </message>
    <message>
        <source>The old state or the new one, never a mix: if it is interrupted, the service finds the one or the other.</source>
        <translation>只会是旧状态或新状态，不会混杂：即使中断，服务也只会处于其中之一。</translation>
    </message>
    <message>
        <source>Restored and proven.</source>
        <translation>已恢复并验证。</translation>
    </message>
    <message>
        <source>%1 keys were counted after it.</source>
        <translation>恢复后清点到 %1 个密钥。</translation>
    </message>
    <message>
        <source>Settings take effect with the next start of the service.</source>
        <translation>设置在服务下次启动时生效。</translation>
    </message>
    <message>
        <source>What was there before is in %1.</source>
        <translation>之前的数据保存在 %1。</translation>
    </message>
    <message>
        <source>The answer did not come.</source>
        <translation>没有收到答复。</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was changed.</source>
        <translation>已取消，没有任何改动。</translation>
    </message>
    <message>
        <source>It was not restored. Nothing was changed.</source>
        <translation>未能恢复，没有任何改动。</translation>
    </message>
    <message>
        <source>The service holds the old state or the new one. Its list of backups tells: a new safety copy means that it was restored.</source>
        <translation>服务处于旧状态或新状态。备份列表可以说明：若有新的安全副本，则已恢复。</translation>
    </message>
    <message>
        <source>Save the comparison</source>
        <translation>保存比较结果</translation>
    </message>
    <message>
        <source>Text, parted by tabs (*.tsv)</source>
        <translation>制表符分隔文本 (*.tsv)</translation>
    </message>
    <message>
        <source>The comparison was not saved: %1</source>
        <translation>未能保存比较结果：%1</translation>
    </message>
</context>
<context>
    <name>quota::console::SearchField</name>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
</context>
<context>
    <name>quota::console::SecretDialog</name>
    <message numerus="yes">
        <source>%n secret(s)</source>
        <translation>
            <numerusform>%n 个密钥内容</numerusform>
        </translation>
    </message>
    <message>
        <source>Secret, hidden</source>
        <translation>密钥内容，已隐藏</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message numerus="yes">
        <source>The clipboard is cleared in %n s, unless you copy something else.</source>
        <translation>
            <numerusform>剪贴板将在 %n 秒后清空，除非您复制了别的内容。</numerusform>
        </translation>
    </message>
    <message>
        <source>Saved to %1, readable by you alone.</source>
        <translation>已保存到 %1，仅您可读。</translation>
    </message>
    <message>
        <source>The clipboard was cleared. Copy again if you need to.</source>
        <translation>剪贴板已清空。如有需要请再次复制。</translation>
    </message>
    <message>
        <source>Shown while you press; copied and saved in full.</source>
        <translation>按住时显示；复制和保存的是完整内容。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Save the secret</source>
        <translation>保存密钥内容</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>文本 (*.txt)</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>Copy the secret now. It is not stored and cannot be shown again.</source>
        <translation>请立即复制，密钥内容不会保存，也无法再次显示。</translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) created</source>
        <translation>
            <numerusform>已创建 %n 个密钥</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy the secrets now. They are not stored and cannot be shown again.</source>
        <translation>请立即复制，密钥内容不会保存，也无法再次显示。</translation>
    </message>
    <message>
        <source>Key created</source>
        <translation>密钥已创建</translation>
    </message>
    <message>
        <source>New secret</source>
        <translation>新的密钥内容</translation>
    </message>
    <message>
        <source>%1. %2</source>
        <comment>label, warning</comment>
        <translation>%1。%2</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Shown while pressed</source>
        <translation>按住时显示</translation>
    </message>
    <message>
        <source>Ready code</source>
        <translation>示例代码</translation>
    </message>
    <message>
        <source>I have handed over the secret or keep it safe</source>
        <translation>我已将密钥交给持有人或妥善保存</translation>
    </message>
    <message>
        <source>I have handed over the secrets or keep them safe</source>
        <translation>我已将这些密钥交给持有人或妥善保存</translation>
    </message>
    <message>
        <source>Save to file…</source>
        <translation>保存到文件…</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>quota::console::SelectionBar</name>
    <message numerus="yes">
        <source>%n key(s) selected</source>
        <translation>
            <numerusform>已选择 %n 个密钥</numerusform>
        </translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Select none</source>
        <translation>取消选择</translation>
    </message>
</context>
<context>
    <name>quota::console::ServiceButton</name>
    <message>
        <source>Switch or edit the profile</source>
        <translation>切换或编辑配置</translation>
    </message>
</context>
<context>
    <name>quota::console::Session</name>
    <message>
        <source>No service is connected yet.</source>
        <translation>尚未连接服务。</translation>
    </message>
    <message>
        <source>The service does not answer; nothing can be changed now.</source>
        <translation>服务无响应，目前无法更改。</translation>
    </message>
    <message>
        <source>The service does not accept the admin token; nothing can be changed.</source>
        <translation>服务不接受管理令牌，无法更改。</translation>
    </message>
    <message>
        <source>This profile is read only. Change that in its settings on the Connect page.</source>
        <translation>此配置为只读。可在连接页的设置中更改。</translation>
    </message>
</context>
<context>
    <name>quota::console::SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Applied at once</source>
        <translation>立即生效</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>System follows the desktop.</source>
        <translation>“跟随系统”与桌面一致。</translation>
    </message>
    <message>
        <source>System</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>高对比</translation>
    </message>
    <message>
        <source>Contrast, dark</source>
        <translation>高对比深色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Nothing needs a restart.</source>
        <translation>无需重新启动。</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Ctrl+Plus, Ctrl+Minus, Ctrl+0</source>
        <translation>Ctrl+加号、Ctrl+减号、Ctrl+0</translation>
    </message>
    <message>
        <source>Quota Console %1</source>
        <translation>Quota Console %1</translation>
    </message>
</context>
<context>
    <name>quota::console::StepsRow</name>
    <message>
        <source>Step %1 of %2: %3</source>
        <extracomment>number, all, word</extracomment>
        <translation>第 %1 步，共 %2 步：%3</translation>
    </message>
</context>
<context>
    <name>quota::console::TestPanel</name>
    <message>
        <source>Test connection</source>
        <translation>测试连接</translation>
    </message>
</context>
<context>
    <name>quota::console::TokenVault</name>
    <message>
        <source>The keychain did not answer: %1</source>
        <translation>钥匙串无响应：%1</translation>
    </message>
</context>
<context>
    <name>quota::console::UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>另有 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>quota::console::UsageFilters</name>
    <message>
        <source>All keys</source>
        <translation>全部密钥</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 小时</translation>
    </message>
    <message>
        <source>7 d</source>
        <translation>7 天</translation>
    </message>
    <message>
        <source>30 d</source>
        <translation>30 天</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>本月</translation>
    </message>
    <message>
        <source>Custom…</source>
        <translation>自定义…</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>第一天</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>最后一天</translation>
    </message>
    <message>
        <source>By model</source>
        <translation>按模型</translation>
    </message>
    <message>
        <source>By key</source>
        <translation>按密钥</translation>
    </message>
    <message>
        <source>By provider</source>
        <translation>按上游</translation>
    </message>
    <message>
        <source>Not grouped</source>
        <translation>不分组</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Automatic steps</source>
        <translation>自动间隔</translation>
    </message>
    <message>
        <source>15 minutes</source>
        <translation>15 分钟</translation>
    </message>
    <message>
        <source>Hours</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>Steps of time</source>
        <translation>时间间隔</translation>
    </message>
    <message>
        <source>Table: sums</source>
        <translation>表格：合计</translation>
    </message>
    <message>
        <source>Table: by time</source>
        <translation>表格：按时间</translation>
    </message>
    <message>
        <source>Rows of the table</source>
        <translation>表格的行</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Compare with the period before</source>
        <translation>与前一时段对比</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
</context>
<context>
    <name>quota::console::UsageModel</name>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>All requests</source>
        <translation>全部请求</translation>
    </message>
    <message>
        <source>No model named</source>
        <translation>未指明模型</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Period before</source>
        <translation>前一时段</translation>
    </message>
    <message>
        <source>All keys</source>
        <translation>全部密钥</translation>
    </message>
    <message>
        <source>All models</source>
        <translation>全部模型</translation>
    </message>
    <message>
        <source>All providers</source>
        <translation>全部上游</translation>
    </message>
    <message>
        <source>in</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>out</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>every 15 min</source>
        <translation>每 15 分钟</translation>
    </message>
    <message>
        <source>every hour</source>
        <translation>每小时</translation>
    </message>
    <message>
        <source>every day</source>
        <translation>每天</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <extracomment>a table cell for screen readers: head, then value</extracomment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
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
        <source>Requests</source>
        <translation>请求数</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>Tokens in</source>
        <translation>输入 token</translation>
    </message>
    <message>
        <source>Tokens out</source>
        <translation>输出 token</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>实测比例</translation>
    </message>
    <message>
        <source>All statuses</source>
        <translation>全部状态码</translation>
    </message>
    <message>
        <source>every month</source>
        <translation>每月</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态码</translation>
    </message>
</context>
<context>
    <name>quota::console::UsagePage</name>
    <message>
        <source>Usage</source>
        <translation>用量</translation>
    </message>
    <message>
        <source>Requests</source>
        <extracomment>sum, steps: «215,844 · every 15 min»</extracomment>
        <translation>请求数</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Refused and failed</source>
        <translation>拒绝与失败</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Could not load the usage</source>
        <translation>无法加载用量</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Could not load the usage.</source>
        <translation>无法加载用量。</translation>
    </message>
    <message>
        <source>Nothing was used in this range</source>
        <translation>此范围内没有用量</translation>
    </message>
    <message>
        <source>Requests appear here within seconds of being answered.</source>
        <translation>请求得到回答后几秒内会出现在这里。</translation>
    </message>
    <message>
        <source>Export usage</source>
        <translation>导出用量</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>The usage was not exported.</source>
        <translation>用量未导出。</translation>
    </message>
    <message>
        <source>Table only</source>
        <translation>仅看表格</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Usage as a table</source>
        <translation>用量表格</translation>
    </message>
</context>
</TS>
